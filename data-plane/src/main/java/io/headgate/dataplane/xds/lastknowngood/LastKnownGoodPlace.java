package io.headgate.dataplane.xds.lastknowngood;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where accepted config is kept.
 *
 * @param directory of one proxy; made when missing
 * @param key encrypts the files; null leaves them in clear, readable by their owner only
 */
public record LastKnownGoodPlace(Path directory, @Nullable DiskKey key) {
  /** A place inside for what another server than the control plane sends, found by its name. */
  public LastKnownGoodPlace of(String server) {
    UUID name = UUID.nameUUIDFromBytes(server.getBytes(StandardCharsets.UTF_8));
    return new LastKnownGoodPlace(directory.resolve("secrets-" + name), key);
  }
}
