package io.headgate.dataplane.xds.lastknowngood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.dataplane.xds.resource.Messages;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Last-known-good files with a key. */
class EncryptedFilesTest {
  private static final String SECRET = "a-name-that-nobody-may-read";

  @TempDir Path directory;

  private static SavedConfig config(String version) {
    return new SavedConfig(
        Instant.parse("2026-01-02T03:04:05Z"),
        List.of(
            new SavedConfig.SavedType(
                ResourceType.CLUSTER,
                version,
                "0123456789abcdef/7",
                List.of(Messages.named(ResourceType.CLUSTER, SECRET, version)))));
  }

  private DiskKey key(int seed) throws IOException {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    Path file = directory.resolve("key-" + seed);
    Files.writeString(file, "  " + Base64.getEncoder().encodeToString(bytes) + "\n");
    return DiskKey.read(file);
  }

  private LastKnownGoodFiles files(@Nullable DiskKey key) {
    return new LastKnownGoodFiles(new LastKnownGoodPlace(directory.resolve("kept"), key));
  }

  private Path file(String name) {
    return directory.resolve("kept").resolve(name);
  }

  private String onDisk(String name) throws IOException {
    return new String(Files.readAllBytes(file(name)), StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsSavedIsReadWithTheKeyAndHiddenWithoutIt() throws IOException {
    files(key(1)).save(config("1"));
    files(key(1)).save(config("2"));
    for (String name : List.of("last-known-good", "last-known-good.previous")) {
      assertThat(onDisk(name)).doesNotContain(SECRET).startsWith("headgate-last-known-good-enc");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name))))
          .isEqualTo("rw-------");
    }
    assertThat(files(key(1)).load().config()).contains(config("2"));
    assertThat(files(key(1)).load().problem()).isEmpty();
  }

  @Test
  void aWrongKeyIsLikeACorruptFile() throws IOException {
    files(key(1)).save(config("1"));
    LastKnownGoodFiles.Found found = files(key(2)).load();
    assertThat(found.config()).isEmpty();
    assertThat(found.problem())
        .contains("last-known-good: it was encrypted with another key, or changed since");
  }

  @Test
  void aMissingKeyIsLikeACorruptFile() throws IOException {
    files(key(1)).save(config("1"));
    assertThat(files(null).load().problem())
        .contains("last-known-good: it is encrypted, and no key is given");
  }

  @Test
  void everyChangedByteIsNoticedAndThePreviousServes() throws IOException {
    files(key(1)).save(config("1"));
    files(key(1)).save(config("2"));
    byte[] whole = Files.readAllBytes(file("last-known-good"));
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file("last-known-good"), changed);
      assertThat(files(key(1)).load().config()).as("byte %d", i).contains(config("1"));
      Files.write(file("last-known-good"), Arrays.copyOf(whole, i));
      assertThat(files(key(1)).load().config()).as("cut at %d", i).contains(config("1"));
    }
  }

  @Test
  void filesInClearFromBeforeTheKeyAreReadAndDoNotOutliveASave() throws IOException {
    files(null).save(config("1"));
    files(null).save(config("2"));
    assertThat(files(key(1)).load().config()).contains(config("2"));
    files(key(1)).save(config("3"));
    assertThat(files(key(1)).load().config()).contains(config("3"));
    assertThat(file("last-known-good.previous")).doesNotExist();
    assertThat(onDisk("last-known-good")).doesNotContain(SECRET);
  }

  @Test
  void theSameConfigIsNeverEncryptedToTheSameBytes() throws IOException {
    files(key(1)).save(config("1"));
    String first = onDisk("last-known-good");
    files(key(1)).save(config("1"));
    assertThat(onDisk("last-known-good")).isNotEqualTo(first);
  }

  @Test
  void aFileThatIsNoKeyIsRefused() throws IOException {
    Path file = directory.resolve("key");
    Files.writeString(file, "not base64!");
    assertThatThrownBy(() -> DiskKey.read(file)).hasMessage("it is not base64");
    Files.writeString(file, "c2hvcnQ=");
    assertThatThrownBy(() -> DiskKey.read(file)).hasMessage("it holds 5 bytes, a key has 32");
    assertThat(key(3)).hasToString("DiskKey");
  }
}
