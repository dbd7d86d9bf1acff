package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory;

  @Test
  void helpNamesEverySettingAndExitCode() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    for (Setting setting : SettingTable.ALL) {
      assertThat(text(out)).contains(setting.flag()).contains(setting.variable());
    }
    for (ExitCode code : ExitCode.values()) {
      assertThat(text(out)).contains(code.meaning());
    }
  }

  @Test
  void badFlagsSettingsAndTokensAreRefusedAtOnce() throws IOException {
    Path tokens = Files.writeString(directory.resolve("tokens"), "alice boss plain-token\n");
    assertThat(run("serve", "--xds.port=x", "--api.tokens-file", tokens.toString(), "--api.port"))
        .isEqualTo(ExitCode.BAD_CONFIG);
    assertThat(text(err))
        .contains("\"serve\": neither a flag nor a command")
        .contains("flag --api.port: needs a value")
        .contains("xds.port: \"x\" is not allowed: a port, 0 to 65535");

    err.reset();
    assertThat(run("--api.tokens-file=" + tokens)).isEqualTo(ExitCode.BAD_CONFIG);
    assertThat(text(err))
        .contains("tokens:1: role \"boss\": viewer, operator or admin")
        .contains("tokens:1: hash: neither sha256:")
        .doesNotContain("plain-token");
  }

  @Test
  void aGeneratedTokenMakesALineThatTheCheckAccepts() throws IOException {
    assertThat(run("hash-token", "alice", "operator", "--generate")).isEqualTo(ExitCode.OK);
    assertThat(text(out)).matches("alice operator sha256:[0-9a-f]{64}\n");
    assertThat(text(err).strip()).hasSize(43);
    Path tokens = Files.writeString(directory.resolve("tokens"), "# people\n\n" + text(out));
    assertThat(run("--check-config", "--api.tokens-file=" + tokens)).isEqualTo(ExitCode.OK);
    assertThat(text(out)).endsWith("the settings are good\n");
  }

  @Test
  void hashTokenSaysHowItIsUsed() {
    assertThat(run("hash-token", "alice")).isEqualTo(ExitCode.BAD_CONFIG);
    assertThat(text(err)).isEqualTo(HashToken.USAGE);
  }

  private ExitCode run(String... arguments) {
    return ControlPlane.run(
        List.of(arguments), Map.of(), new PrintStream(out), new PrintStream(err));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
