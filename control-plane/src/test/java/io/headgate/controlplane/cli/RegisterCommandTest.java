package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.controlplane.EtcdServer;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.codec.FleetReader;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(20)
class RegisterCommandTest {
  private static final String KEY = "/headgate/v1/hosts/default/cart/cart-1";

  private static Console console(Map<String, String> environment) {
    return new Console(
        InputStream.nullInputStream(),
        new PrintWriter(Writer.nullWriter()),
        new PrintWriter(Writer.nullWriter()),
        environment);
  }

  @Test
  void aHostIsRegisteredThenDrainsThenLeaves() throws Exception {
    try (EtcdServer etcd = EtcdServer.start()) {
      RegisterCommand command = new RegisterCommand(console(Map.of()));
      CommandLine line = new CommandLine(command);
      line.registerConverter(Duration.class, Duration::parse);
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(() ->
              line.execute(
                  "cart",
                  "127.0.0.1:8080",
                  "--instance=cart-1",
                  "--weight=2",
                  "--port=admin=9090",
                  "--drain-time=PT1S",
                  "--etcd=" + etcd.endpoint()));
      await().atMost(Duration.ofSeconds(10)).until(() -> etcd.get(KEY).contains("8080"));
      var host =
          FleetReader.host(
                  etcd.get(KEY).strip().getBytes(StandardCharsets.UTF_8),
                  new HostKey("default", "cart", "cart-1"))
              .orThrow();
      assertThat(host.details().weight()).isEqualTo(2);
      assertThat(host.details().ports()).containsEntry("admin", 9090);

      command.end();

      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> etcd.get(KEY).contains("\"draining\":true"));
      assertThat(code.get()).isZero();
      assertThat(etcd.get(KEY)).isBlank();
    }
  }

  @Test
  void aHostThatBreaksARuleIsNotRegistered() {
    Run run =
        Run.of(
            Map.of("HEADGATE_ETCD", "http://127.0.0.1:1"),
            "",
            "register",
            "Cart",
            "host:80",
            "--weight=-1",
            "--instance=a");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("service: is not a DNS label")
        .contains("Addr: \"host:80\": is not an IP address and a port")
        .contains("Metadata.weight: \"-1.0\": is not a weight");
    assertThat(Run.of(Map.of(), "", "register", "cart", "10.0.0.1:80").err())
        .startsWith("no etcd: ");
  }
}
