package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The program slowhttptest in its three modes. Not part of the normal build, which does the same by
 * {@link SlowPeersTest}: {@code integration-tests/suite.sh slow} runs it.
 */
class SlowhttptestCheck {

  private static final int CONNECTIONS = 300;
  private static final Duration BOUND = Duration.ofSeconds(90);

  /** A mode of the program, and the counter of the proxy that ends its connections. */
  enum Mode {
    HEADER("downstream_rq_header_timeout", "/", "-H", "-i", "1"),
    BODY("downstream_rq_timeout", "/", "-B", "-i", "1", "-s", "8192"),

    /**
     * Answers of 6 MiB in all on each connection: the kernel's buffers take up to 4, and what they
     * took is sent as far as the proxy is concerned.
     */
    READ("downstream_rq_idle_timeout", "/large", "-X -w 512 -y 1024 -n 1 -z 1 -k 6".split(" "));

    final String counter;
    final String path;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    final List<String> options;

    Mode(String counter, String path, String... options) {
      this.counter = "http.edge." + counter;
      this.path = path;
      this.options = List.of(options);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void everyConnectionIsClosed(Mode mode) throws IOException, InterruptedException {
    try (EdgeProxy proxy = EdgeProxy.start()) {
      Path directory = Files.createTempDirectory("headgate-slowhttptest");
      List<String> command = new ArrayList<>(List.of("slowhttptest"));
      command.addAll(mode.options);
      command.addAll(
          List.of("-c", Integer.toString(CONNECTIONS), "-r", "250", "-l", "40", "-p", "10"));
      command.addAll(List.of("-u", proxy.url(mode.path)));
      Figures before = proxy.stats();
      try (Watch watch = new Watch(proxy, "slowhttptest " + mode);
          ManagedProcess tool =
              ManagedProcess.start("slowhttptest", command, Map.of("TERM", "dumb"), directory)) {
        await("a verdict on every attacked connection")
            .atMost(BOUND)
            .until(() ->
                proxy.stats().of(mode.counter) - before.of(mode.counter) >= CONNECTIONS
                    || !tool.alive());
        assertThat(proxy.stats().verdictsSince(before))
            .as(tool::output)
            .isEqualTo(Map.of(mode.counter, (long) CONNECTIONS));
        await("the end of all but the bystanders")
            .atMost(BOUND)
            .until(() -> proxy.stats().of("http.edge.downstream_cx_active") <= 2);
        assertThat(tool.awaitExit(BOUND)).as(tool.output()).isTrue();
      }
    }
  }
}
