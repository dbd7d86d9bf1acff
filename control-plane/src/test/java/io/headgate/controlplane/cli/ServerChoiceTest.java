package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerChoiceTest {
  private static final String FLEET =
      "{\"revision\":7,\"summary\":{\"proxies\":2,\"converged\":1}}";

  private static String deadUrl() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void theNextServerIsTriedWhenOneDoesNotAnswerOrCannot() throws IOException {
    try (FakeApi ill = new FakeApi();
        FakeApi well = new FakeApi()) {
      ill.on("GET", "/fleet", 503, "{\"title\":\"held\",\"detail\":\"etcd was wiped\"}");
      well.on("GET", "/fleet", 200, FLEET);
      String dead = deadUrl();

      Run run =
          Run.of(
              Map.of("HEADGATE_TOKEN", FakeApi.TOKEN),
              "",
              "fleet",
              "--server",
              dead + "," + ill.url(),
              "--server",
              well.url());
      Run none =
          Run.of(
              Map.of("HEADGATE_TOKEN", FakeApi.TOKEN),
              "",
              "fleet",
              "--server",
              dead + "," + ill.url());

      assertThat(run.code()).isZero();
      assertThat(run.out()).endsWith("1 of 2 proxies serve revision 7\n");
      assertThat(none.code()).isEqualTo(Exit.UNAVAILABLE.code());
      assertThat(none.err())
          .isEqualTo(dead + ": cannot connect\n" + ill.url() + ": held: etcd was wiped\n");
    }
  }

  @Test
  void theTokenComesFromTheFlagTheFileOrTheEnvironment(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("token"), FakeApi.TOKEN + "\n");
    try (FakeApi api = new FakeApi()) {
      api.on("GET", "/fleet", 200, FLEET);
      String[] fleet = {"fleet", "--server", api.url()};

      assertThat(Run.of(Map.of("HEADGATE_TOKEN_FILE", file.toString()), "", fleet).code()).isZero();
      assertThat(
              Run.of(
                      Map.of("HEADGATE_TOKEN", "wrong"),
                      "",
                      "fleet",
                      "--server",
                      api.url(),
                      "--token-file",
                      file.toString())
                  .code())
          .isZero();
      Run refused = Run.of(Map.of(), "", fleet);
      assertThat(refused.code()).isEqualTo(Exit.REFUSED.code());
      assertThat(refused.err()).isEqualTo("unauthenticated: no such token\n");
      Run wrong = Run.of(Map.of(), "", "fleet", "--server", api.url(), "--token", "two words");
      assertThat(wrong.code()).isEqualTo(2);
      assertThat(wrong.err()).doesNotContain("two words");
      assertThat(Run.of(Map.of("HEADGATE_TOKEN_FILE", dir + "/none"), "", fleet).code())
          .isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:8001", "ftp://a", "http://", "http://a/b", "http://a?b", "h t"})
  void whatIsNoServerIsSaid(String server) {
    Run run = Run.of(Map.of(), "", "fleet", "--server", server);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("not a server: \"" + server + "\"");
  }

  @Test
  void noServerAndWrongCommandLinesEndWithTwo() {
    assertThat(Run.of(Map.of(), "", "fleet").err()).startsWith("no server: ");
    assertThat(Run.of(Map.of(), "", "fleet").code()).isEqualTo(2);
    assertThat(Run.of(Map.of(), "", "feet").code()).isEqualTo(2);
    assertThat(Run.of(Map.of(), "", "wait", "--timeout", "soon").err())
        .contains("is not a duration");
    Run help = Run.of(Map.of(), "", "weight", "set", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("headgate weight set", "--reason");
    assertThat(Run.of(Map.of(), "", "weight").code()).isEqualTo(2);
    assertThat(Run.of(Map.of(), "", "--help").out()).contains("apply", "register", "accept-etcd");
  }
}
