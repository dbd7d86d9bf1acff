package io.headgate.dataplane.xds.lastknowngood;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.resource.Messages;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastKnownGoodFilesTest {
  @TempDir Path base;
  private Path directory = Path.of("");
  private LastKnownGoodFiles files =
      new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null));

  @BeforeEach
  void place() {
    directory = base.resolve("below/not/yet/there");
    files = new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null));
  }

  private static SavedConfig config(String version) {
    return new SavedConfig(
        Instant.parse("2026-01-02T03:04:05.678Z"),
        List.of(
            new SavedConfig.SavedType(
                ResourceType.CLUSTER,
                version,
                "0123456789abcdef/7",
                List.of(
                    Messages.named(ResourceType.CLUSTER, "a", version),
                    Messages.named(ResourceType.CLUSTER, "b", version))),
            new SavedConfig.SavedType(ResourceType.ROUTES, "", "", List.of())));
  }

  private void corrupt(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(name));
    bytes[bytes.length - 3] ^= 1;
    Files.write(directory.resolve(name), bytes);
  }

  @Test
  void whatIsSavedIsRead() throws IOException {
    files.save(config("1"));
    LastKnownGoodFiles.Found found = files.load();
    assertThat(found.config()).contains(config("1"));
    assertThat(found.file()).isEqualTo("last-known-good");
    assertThat(found.problem()).isEmpty();
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    files.save(config("1"));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("last-known-good"))))
        .isEqualTo("rw-------");
  }

  @Test
  void nothingOnDiskIsNoProblem() {
    LastKnownGoodFiles.Found found = files.load();
    assertThat(found.config()).isEmpty();
    assertThat(found.problem()).isEmpty();
  }

  @Test
  void aCorruptNewestGivesThePreviousAndSaysWhy() throws IOException {
    files.save(config("1"));
    files.save(config("2"));
    corrupt("last-known-good");
    LastKnownGoodFiles.Found found = files.load();
    assertThat(found.config()).contains(config("1"));
    assertThat(found.file()).isEqualTo("last-known-good.previous");
    assertThat(found.problem()).isEqualTo("last-known-good: its checksum is wrong");
  }

  @Test
  void aMissingNewestGivesThePrevious() throws IOException {
    files.save(config("1"));
    files.save(config("2"));
    Files.delete(directory.resolve("last-known-good"));
    assertThat(files.load().config()).contains(config("1"));
  }

  @Test
  void bothCorruptGiveNothingAndBothReasons() throws IOException {
    files.save(config("1"));
    files.save(config("2"));
    corrupt("last-known-good");
    Files.write(directory.resolve("last-known-good.previous"), new byte[0]);
    LastKnownGoodFiles.Found found = files.load();
    assertThat(found.config()).isEmpty();
    assertThat(found.problem())
        .contains("last-known-good: its checksum is wrong")
        .contains("last-known-good.previous: it has no header line");
  }

  @Test
  void aCorruptNewestNeverReplacesAGoodPrevious() throws IOException {
    files.save(config("1"));
    files.save(config("2"));
    corrupt("last-known-good");
    files.save(config("3"));
    corrupt("last-known-good");
    assertThat(files.load().config()).contains(config("1"));
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    files.save(config("1"));
    byte[] whole = Files.readAllBytes(directory.resolve("last-known-good"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(directory.resolve("last-known-good"), java.util.Arrays.copyOf(whole, length));
      assertThat(files.load().config()).as("cut at %d", length).isEmpty();
    }
  }

  @Test
  void aTemporaryFileOfACrashIsNoObstacle() throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("last-known-good.writing"), "half");
    files.save(config("1"));
    assertThat(files.load().config()).contains(config("1"));
    assertThat(directory.resolve("last-known-good.writing")).doesNotExist();
  }
}
