package io.headgate.controlplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final List<Map.Entry<String, String>> TOKENS =
      List.of(Map.entry("api.tokens-file", "tokens"));

  @TempDir private Path directory;

  @Test
  void defaults() {
    Settings settings = good(Optional.empty(), Map.of(), TOKENS);
    assertThat(settings.etcd().endpoints()).containsExactly("http://127.0.0.1:2379");
    assertThat(settings.etcd().prefix()).isEqualTo("/headgate/v1");
    assertThat(settings.xds().bind()).isEqualTo(new Settings.Bind("127.0.0.1", 18_000));
    assertThat(settings.internal().bind()).isEqualTo(new Settings.Bind("127.0.0.1", 18_001));
    assertThat(settings.api().bind()).isEqualTo(new Settings.Bind("127.0.0.1", 18_080));
    assertThat(settings.xds().tls()).isEmpty();
    assertThat(settings.process().drainTime()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.process().portFile()).isEmpty();
  }

  @Test
  void everySettingIsRead() throws IOException {
    Path file =
        write(
            """
            replica: {id: cp-1}
            data-dir: /d
            port-file: /p
            log.level: debug
            drain-time: 1m30s
            etcd:
              endpoints: ["http://a:1", "https://b:2"]
              prefix: /x
              user: u
              password-file: /pw
              tls: {ca-file: /eca, cert-file: /ec, key-file: /ek}
            xds:
              address: 0.0.0.0
              port: 0
              tls: {cert-file: /xc, key-file: /xk, client-ca-file: /xca}
              max-streams: 7
              new-streams-per-second: 8
            internal:
              address: 0.0.0.0
              port: 2
              advertise: cp-1:2
              tls: {cert-file: /ic, key-file: /ik, ca-file: /ica}
            api:
              address: 127.0.0.2
              port: 3
              tokens-file: /t
              tls: {cert-file: /ac, key-file: /ak}
            """
                .replace("log.level: debug", "log: {level: debug}"));
    assertThat(good(Optional.of(file), Map.of(), List.of()))
        .isEqualTo(
            new Settings(
                new Settings.ProcessSettings(
                    "cp-1",
                    Path.of("/d"),
                    Optional.of(Path.of("/p")),
                    "debug",
                    Duration.ofSeconds(90)),
                new Settings.Etcd(
                    List.of("http://a:1", "https://b:2"),
                    "/x",
                    Optional.of(new Settings.Login("u", Path.of("/pw"))),
                    Optional.of(Path.of("/eca")),
                    Optional.of(tls("/ec", "/ek", "/eca"))),
                new Settings.Xds(
                    new Settings.Bind("0.0.0.0", 0), Optional.of(tls("/xc", "/xk", "/xca")), 7, 8),
                new Settings.Internal(
                    new Settings.Bind("0.0.0.0", 2),
                    Optional.of("cp-1:2"),
                    Optional.of(tls("/ic", "/ik", "/ica"))),
                new Settings.Api(
                    new Settings.Bind("127.0.0.2", 3),
                    Path.of("/t"),
                    Optional.of(
                        new Settings.Tls(Path.of("/ac"), Path.of("/ak"), Optional.empty())))));
  }

  @Test
  void aFlagWinsOverAVariableOverTheFile() throws IOException {
    Path file = write("xds: {port: 1}\napi: {port: 1, tokens-file: t}\ninternal: {port: 1}\n");
    Settings settings =
        good(
            Optional.of(file),
            Map.of("HEADGATE_CP_API_PORT", "2", "HEADGATE_CP_INTERNAL_PORT", "2", "HOME", "/"),
            List.of(Map.entry("internal.port", "3")));
    assertThat(settings.xds().bind().port()).isEqualTo(1);
    assertThat(settings.api().bind().port()).isEqualTo(2);
    assertThat(settings.internal().bind().port()).isEqualTo(3);
  }

  @Test
  void everyProblemIsToldWithItsPlaceAndWhatIsAllowed() throws IOException {
    Path file =
        write(
            """
            etcd:
              endpoint: http://a:1
              prefix: relative/
            xds: 18000
            api:
              port: 99999
              port: 1
            """);
    assertThat(
            bad(
                Optional.of(file),
                Map.of("HEADGATE_CP_NOPE", "1"),
                List.of(
                    Map.entry("drain-time", "soon"),
                    Map.entry("xds.prot", "1"),
                    Map.entry("internal.address", "0.0.0.0"),
                    Map.entry("etcd.user", "u"),
                    Map.entry("xds.tls.client-ca-file", "ca"))))
        .containsExactly(
            file
                + ":2: unknown key etcd.endpoint (value \"http://a:1\"); did you mean"
                + " etcd.endpoints?",
            file
                + ":3: etcd.prefix: \"relative/\" is not allowed: a key prefix such as"
                + " /headgate/v1, without a slash at its end",
            file + ":4: xds: takes settings below it, not the value \"18000\"",
            file + ":6: api.port: \"99999\" is not allowed: a port, 0 to 65535; 0 takes a free one",
            file + ":7: api.port stands here twice",
            "variable HEADGATE_CP_NOPE: unknown",
            "flag --drain-time: drain-time: \"soon\" is not allowed: a duration such as 500ms, 15s,"
                + " 5m, 1h",
            "flag --xds.prot: unknown; did you mean xds.port?",
            "etcd.user and etcd.password-file: set both or none",
            "xds.tls.client-ca-file: only with xds.tls.cert-file, which turns TLS on",
            "internal.advertise: required when internal.address is \"0.0.0.0\", which other"
                + " replicas can't connect to",
            "api.tokens-file: required: a file of principals with hashed tokens;"
                + " `headgate-control-plane hash-token` makes its lines");
  }

  @Test
  void theSampleFileHoldsEveryDefaultAndNothingElse() {
    Path sample = Path.of("src/main/dist/conf/control-plane.yaml");
    SettingReader reader = new SettingReader();
    reader.file(sample);
    assertThat(reader.problems()).isEmpty();
    for (Setting setting : SettingTable.ALL) {
      String expected = setting.key().equals("api.tokens-file") ? "tokens" : setting.fallback();
      assertThat(reader.values()).as(setting.key()).containsEntry(setting.key(), expected);
      String last = setting.key().substring(setting.key().lastIndexOf('.') + 1);
      assertThat(sample).content().as(setting.key()).containsPattern("(?m)^[ #]*" + last + ":");
    }
  }

  @Test
  void theReferenceNamesEverySettingAndExitCode() {
    Path reference = Path.of("../docs/configuration-control-plane.md");
    for (Setting setting : SettingTable.ALL) {
      assertThat(reference).content().contains(ReferencePage.row(setting));
    }
    for (ExitCode code : ExitCode.values()) {
      assertThat(reference).content().contains(ReferencePage.row(code));
    }
    assertThat(reference)
        .content()
        .as("regenerate: ReferencePage")
        .contains(ReferencePage.tables());
  }

  private static Settings.Tls tls(String certificate, String key, String authorities) {
    return new Settings.Tls(Path.of(certificate), Path.of(key), Optional.of(Path.of(authorities)));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("control-plane.yaml"), text);
  }

  private static Settings good(
      Optional<Path> file, Map<String, String> environment, List<Map.Entry<String, String>> flags) {
    Settings.Result result = Settings.read(file, environment, flags);
    assertThat(result).isInstanceOf(Settings.Result.Good.class);
    return ((Settings.Result.Good) result).settings();
  }

  private static List<String> bad(
      Optional<Path> file, Map<String, String> environment, List<Map.Entry<String, String>> flags) {
    Settings.Result result = Settings.read(file, environment, flags);
    assertThat(result).isInstanceOf(Settings.Result.Bad.class);
    return ((Settings.Result.Bad) result).problems();
  }
}
