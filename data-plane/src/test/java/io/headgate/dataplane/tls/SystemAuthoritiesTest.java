package io.headgate.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The name of the system's authorities leads to where a machine has them. */
class SystemAuthoritiesTest {
  @TempDir private Path directory = Path.of("");

  private String place(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void theFirstPlaceThatIsThereIsTaken() throws IOException {
    SystemAuthorities authorities =
        SystemAuthorities.among(List.of(place("debian"), place("redhat"), place("suse")));
    assertThat(authorities.file(SystemAuthorities.NAME)).isEqualTo(place("debian"));
    Files.writeString(Path.of(place("suse")), "s");
    assertThat(authorities.file(SystemAuthorities.NAME)).isEqualTo(place("suse"));
    Files.writeString(Path.of(place("redhat")), "r");
    assertThat(authorities.file(SystemAuthorities.NAME)).isEqualTo(place("redhat"));
  }

  @Test
  void aFileOfOnesOwnIsTakenWhetherItIsThereOrNot() {
    SystemAuthorities authorities = SystemAuthorities.at(Path.of(place("own")));
    assertThat(authorities.file(SystemAuthorities.NAME)).isEqualTo(place("own"));
  }

  @Test
  void otherFilesAreWhatTheyAre() {
    assertThat(SystemAuthorities.at(null).file("/etc/ssl/certs/own.crt"))
        .isEqualTo("/etc/ssl/certs/own.crt");
  }

  @Test
  void aChangeOfTheFileIsSeenUnderItsName() throws IOException {
    WatchedFiles files =
        new WatchedFiles(
            Runnable::run,
            Runnable::run,
            SystemAuthorities.among(List.of(place("first"), place("second"))));
    files.watch(Set.of(SystemAuthorities.NAME));
    assertThat(content(files).bytes()).isNull();
    assertThat(content(files).problem()).contains(place("first"));
    Files.writeString(Path.of(place("second")), "two");
    files.look();
    assertThat(content(files).bytes()).isEqualTo("two".getBytes(StandardCharsets.UTF_8));
    Files.writeString(Path.of(place("first")), "one");
    files.look();
    assertThat(content(files).bytes()).isEqualTo("one".getBytes(StandardCharsets.UTF_8));
  }

  private static WatchedFiles.Content content(WatchedFiles files) {
    return Objects.requireNonNull(files.content(SystemAuthorities.NAME));
  }
}
