package io.headgate.dataplane.xds.lastknowngood;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where accepted config is kept.
 *
 * @param directory of one proxy; made when missing
 * @param key encrypts the files; null leaves them in clear, readable by their owner only
 */
public record LastKnownGoodPlace(Path directory, @Nullable DiskKey key) {}
