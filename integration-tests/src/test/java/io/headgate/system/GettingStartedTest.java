package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.backend.Backend;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/getting-started.md} tells a reader to do, done as it stands there. */
class GettingStartedTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Pattern MANIFEST = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  private final DemoFleet demo = Fleets.shared();
  private final LocalFleet fleet = demo.fleet();
  private final String page = read();

  private static String read() {
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("docs")) ? here : here.resolve("..").normalize();
    try {
      return Files.readString(root.resolve("docs/getting-started.md"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void thePageLeadsFromAManifestToADrainedHost() throws IOException {
    Matcher manifest = MANIFEST.matcher(page);
    assertThat(manifest.find()).isTrue();
    Path file = Fleets.manifest(manifest.group(1));
    fleet.commandLine().must("validate", "-f", file.toString());
    demo.applyAndWait(file);
    List<String> urls = demo.urls("/orders");
    assertThat(Http.status(urls.getFirst())).isEqualTo(503);

    try (Backend backend =
        new Backend("orders", "orders-1", new InetSocketAddress("127.0.0.1", 0), 100)) {
      List<String> register = command("register");
      register.set(register.indexOf("127.0.0.1:9000"), "127.0.0.1:" + backend.port());
      register.set(register.indexOf("http://127.0.0.1:2379"), fleet.etcd().endpoint());
      register.addFirst(Installation.find().program("headgate"));
      try (ManagedProcess registered =
          ManagedProcess.start("register", register, Map.of(), Fleets.directory())) {
        await()
            .atMost(SOON)
            .untilAsserted(() ->
                assertThat(Http.status(urls.getFirst())).as(registered.output()).isEqualTo(200));
        assertThat(Traffic.send(20, urls).instances()).containsOnlyKeys("orders-1");
        run("hosts");
        run("weight set");
        run("drain host");
        assertThat(fleet.commandLine().must("hosts", "orders"))
            .contains("orders-1")
            .contains("drain");
      }
      assertThat(fleet.etcd().ctl("get", "/headgate/v1/hosts/default/orders/orders-1")).isBlank();
    } finally {
      fleet.commandLine().must("delete", "httproute", "orders");
      fleet.commandLine().must("delete", "service", "orders");
      fleet.etcd().ctl("del", "--prefix", "/headgate/v1/overrides/default/orders/");
    }
  }

  private void run(String verb) {
    fleet.commandLine().must(command(verb).toArray(String[]::new));
  }

  /** The words after {@code bin/headgate} of the page's command that begins with a verb. */
  private List<String> command(String verb) {
    Matcher line = Pattern.compile("bin/headgate (" + verb + " [^\\n`#]*)").matcher(page);
    assertThat(line.find()).as("a command " + verb + " on the page").isTrue();
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line.group(1).strip());
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }
}
