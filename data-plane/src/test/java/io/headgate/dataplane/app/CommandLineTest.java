package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.lastknowngood.LastKnownGoodPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  private static Options options(List<String> arguments, Map<String, String> environment) {
    if (CommandLine.parse(arguments, environment)
        instanceof CommandLine.Parsed.Run(Options options)) {
      return options;
    }
    throw new AssertionError("refused: " + CommandLine.parse(arguments, environment));
  }

  private static List<String> problems(String... arguments) {
    if (CommandLine.parse(List.of(arguments), Map.of())
        instanceof CommandLine.Parsed.Refused(List<String> problems)) {
      return problems;
    }
    throw new AssertionError("taken");
  }

  @Test
  void defaults() {
    assertThat(options(List.of("-c", "b.yaml"), Map.of()))
        .isEqualTo(
            new Options(
                Options.Mode.SERVE,
                new Options.Source(Path.of("b.yaml"), null, false, false),
                new Options.Identity(null, null),
                new Options.Places(null, null, null, null, null),
                Runtime.getRuntime().availableProcessors(),
                Duration.ofSeconds(600),
                "INFO"));
  }

  @Test
  void everyFlagReachesItsOption() {
    assertThat(
            options(
                List.of(
                    "--config-path=b.yaml",
                    "--config-yaml",
                    "node: {}",
                    "--mode",
                    "validate",
                    "--service-node",
                    "n",
                    "--service-cluster",
                    "c",
                    "--concurrency",
                    "3",
                    "-l",
                    "warning",
                    "--drain-time-s",
                    "7",
                    "--admin-address-path",
                    "a",
                    "--allow-unknown-static-fields",
                    "--ignore-unknown-dynamic-fields",
                    "--handover-path=next",
                    "--system-authorities=ca",
                    "--bind-address",
                    "127.0.0.2",
                    "--last-known-good",
                    "lkg"),
                Map.of()))
        .isEqualTo(
            new Options(
                Options.Mode.VALIDATE,
                new Options.Source(Path.of("b.yaml"), "node: {}", true, true),
                new Options.Identity("n", "c"),
                new Options.Places(
                    "127.0.0.2",
                    Path.of("a"),
                    new LastKnownGoodPlace(Path.of("lkg"), null),
                    Path.of("next"),
                    Path.of("ca")),
                3,
                Duration.ofSeconds(7),
                "WARN"));
  }

  @Test
  void everyFlagHasAVariableThatTheFlagOverrides() {
    Map<String, String> environment =
        Map.of(
            "HEADGATE_PROXY_CONFIG_PATH", "e.yaml",
            "HEADGATE_PROXY_CONCURRENCY", "2",
            "HEADGATE_PROXY_IGNORE_UNKNOWN_DYNAMIC_FIELDS", "true",
            "HEADGATE_PROXY_ALLOW_UNKNOWN_STATIC_FIELDS", "false",
            "UNRELATED", "x");
    Options options = options(List.of("--concurrency", "5"), environment);
    assertThat(options.bootstrap())
        .isEqualTo(new Options.Source(Path.of("e.yaml"), null, false, true));
    assertThat(options.concurrency()).isEqualTo(5);
  }

  @Test
  void allThatIsWrongIsSaidWithKeyValueAndWhatIsAllowed() {
    assertThat(
            problems(
                "--concurrency",
                "0",
                "--mode",
                "dance",
                "--frobnicate",
                "--bind-address",
                "localhost",
                "-l",
                "loud"))
        .containsExactlyInAnyOrder(
            "--frobnicate: unknown flag; see --help",
            "--config-path: is missing; a bootstrap is needed, here or by --config-yaml",
            "--mode: \"dance\" is not allowed; allowed: serve|validate",
            "--bind-address: \"localhost\" is not allowed; allowed: an IPv4 or IPv6 address",
            "--concurrency: \"0\" is not allowed; allowed: 1..1024",
            "-l: \"loud\" is not allowed; allowed:"
                + " trace|debug|info|warning|error|critical|off");
  }

  @Test
  void anUnknownVariableAFlagTwiceAndAMissingValueAreRefused() {
    assertThat(problems("-c", "a", "-c", "b", "--service-node"))
        .containsExactly("-c: given more than once", "--service-node: needs a value: ID");
    assertThat(CommandLine.parse(List.of("-c", "a"), Map.of("HEADGATE_PROXY_CONCURENCY", "2")))
        .isEqualTo(
            new CommandLine.Parsed.Refused(
                List.of("HEADGATE_PROXY_CONCURENCY: unknown environment variable; see --help")));
  }

  @Test
  void aKeyFileIsReadAtOnceAndRefusedWithoutShowingIt(@TempDir Path directory) throws Exception {
    Path key = directory.resolve("key");
    List<String> arguments =
        List.of("-c", "a", "--last-known-good", "lkg", "--last-known-good-key", key.toString());
    assertThat(CommandLine.parse(arguments, Map.of()))
        .isEqualTo(
            new CommandLine.Parsed.Refused(
                List.of(
                    "--last-known-good-key: \""
                        + key
                        + "\" is not allowed; allowed: a key file; there is none")));
    Files.writeString(key, "c2hvcnQ=\n");
    assertThat(problems(arguments.toArray(String[]::new)))
        .containsExactly(
            "--last-known-good-key: \""
                + key
                + "\" is not allowed; allowed: a key file of 32 bytes in base64; it holds 5 bytes,"
                + " a key has 32");
    Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
    LastKnownGoodPlace place =
        Objects.requireNonNull(options(arguments, Map.of()).places().lastKnownGood());
    assertThat(place.key()).isNotNull();
    assertThat(problems("-c", "a", "--last-known-good-key", key.toString()))
        .containsExactly("--last-known-good-key: needs --last-known-good as well");
  }

  @Test
  void helpNamesEveryFlagVariableAndExitStatus() {
    String help = Help.text();
    for (Flag flag : Flag.values()) {
      assertThat(help).contains(flag.longName());
      if (flag != Flag.VERSION && flag != Flag.HELP) {
        assertThat(help).contains(flag.environmentVariable());
      }
    }
    for (ExitCode code : ExitCode.values()) {
      assertThat(help).contains("  " + code.code() + "  " + code.meaning());
    }
    assertThat(CommandLine.parse(List.of("--help"), Map.of()))
        .isEqualTo(new CommandLine.Parsed.Print(help));
  }
}
