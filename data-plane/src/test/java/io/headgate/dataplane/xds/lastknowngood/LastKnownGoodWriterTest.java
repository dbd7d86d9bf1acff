package io.headgate.dataplane.xds.lastknowngood;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.thread.ManualThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastKnownGoodWriterTest {
  @TempDir Path directory;
  private final ManualThread thread = new ManualThread();
  private final List<Boolean> outcomes = new ArrayList<>();
  private int version;

  private LastKnownGoodWriter writer(Path into) {
    return new LastKnownGoodWriter(
        thread,
        Runnable::run,
        new LastKnownGoodFiles(new LastKnownGoodPlace(into, null)),
        this::current,
        outcomes::add);
  }

  private SavedConfig current() {
    return new SavedConfig(
        thread.now(),
        List.of(
            new SavedConfig.SavedType(
                ResourceType.CLUSTER, Integer.toString(version), "", List.of())));
  }

  private String onDisk() {
    return new LastKnownGoodFiles(new LastKnownGoodPlace(directory, null))
        .load()
        .config()
        .orElseThrow()
        .types()
        .getFirst()
        .version();
  }

  @Test
  void theFirstChangeIsWrittenAtOnceAndABurstAtMostOnceASecond() {
    LastKnownGoodWriter writer = writer(directory);
    for (version = 1; version <= 40; version++) {
      writer.changed();
      thread.advance(Duration.ofMillis(100));
    }
    assertThat(outcomes).hasSizeBetween(4, 5).containsOnly(true);
  }

  @Test
  void theLastChangeIsOnDiskWithinTwoSeconds() {
    LastKnownGoodWriter writer = writer(directory);
    version = 1;
    writer.changed();
    thread.settle();
    assertThat(onDisk()).isEqualTo("1");
    version = 2;
    writer.changed();
    thread.advance(Duration.ofMillis(1_999));
    assertThat(onDisk()).isEqualTo("2");
  }

  @Test
  void atTheEndWhatWaitsIsWrittenAtOnce() {
    LastKnownGoodWriter writer = writer(directory);
    version = 1;
    writer.changed();
    thread.settle();
    version = 2;
    writer.changed();
    assertThat(onDisk()).isEqualTo("1");
    assertThat(writer.finish()).isCompleted();
    assertThat(onDisk()).isEqualTo("2");
  }

  @Test
  void anEndWithoutAChangeWritesNothing() {
    assertThat(writer(directory).finish()).isCompleted();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFailedWriteIsTriedAgain() throws IOException {
    Path blocked = directory.resolve("blocked");
    Files.writeString(blocked, "a file where the directory should be");
    LastKnownGoodWriter writer = writer(blocked);
    version = 1;
    writer.changed();
    thread.settle();
    assertThat(outcomes).containsExactly(false);

    Files.delete(blocked);
    thread.advance(Duration.ofSeconds(6));
    assertThat(outcomes).containsExactly(false, true);
  }
}
