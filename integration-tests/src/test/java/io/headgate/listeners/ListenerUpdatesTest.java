package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of updates and kinds of connections: what is kept goes on as if nothing had been, with
 * the new config from its next request on; what is drained works until its turn has come, and ends
 * within the drain time. The listening sockets are the very same ones afterwards.
 *
 * <p>Each row is a listener of its own, and all of them are updated at once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenerUpdatesTest {
  private static final int DRAIN_SECONDS = 4;
  private static final String ADDRESS = "127.0.0.1";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Update, Map<Kind, Live>> connections = new LinkedHashMap<>();
  private final Map<Update, Config> before = new LinkedHashMap<>();
  private final Map<Update, Set<String>> sockets = new HashMap<>();
  private final Map<String, Integer> free = new HashMap<>();

  @BeforeAll
  void openAndUpdate(@TempDir Path directory) throws Exception {
    Backend http = kept(new Backend(false));
    Backend raw = kept(new Backend(true));
    Backend other = kept(new Backend(true));
    List<Update> updates = Update.all(free, Certificates.transportSocket(directory));
    List<Integer> ports = Ports.free(ADDRESS, 3 + updates.size());
    ManagementServer management = kept(new ManagementServer(ports.get(0)));
    Path bootstrap =
        Files.writeString(
            directory.resolve("proxy.yaml"),
            bootstrap(ports.get(0), ports.get(1), http, raw, other));
    ManagedProcess proxy =
        kept(
            ManagedProcess.start(
                "proxy",
                Installation.find()
                    .proxy(bootstrap, 2, "--drain-time-s", Integer.toString(DRAIN_SECONDS)),
                Map.of(),
                directory));
    for (int i = 0; i < updates.size(); i++) {
      free.put("l" + i, ports.get(2));
      before.put(updates.get(i), Config.standard("l" + i, ports.get(3 + i)));
    }
    management.awaitProxy();
    management.send(before.values().stream().map(Config::yaml).toList());
    for (Update update : updates) {
      Map<Kind, Live> live = new EnumMap<>(Kind.class);
      for (Kind kind : Kind.values()) {
        live.put(kind, kept(opened(proxy, kind, address(kind, config(update)))));
      }
      connections.put(update, live);
      sockets.put(update, listening(config(update).port()));
    }
    management.send(
        updates.stream()
            .filter(update -> update.change() != null)
            .map(update -> Objects.requireNonNull(update.change()).apply(config(update)).yaml())
            .toList());
  }

  private <T extends AutoCloseable> T kept(T resource) {
    open.add(resource);
    return resource;
  }

  @AfterAll
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private Config config(Update update) {
    return Objects.requireNonNull(before.get(update));
  }

  private static InetSocketAddress address(Kind kind, Config config) {
    return new InetSocketAddress(
        "127.0.0." + (kind.isHttp() ? Config.HTTP : Config.TCP), config.port());
  }

  private static Live opened(ManagedProcess proxy, Kind kind, InetSocketAddress address) {
    await(kind + " at " + address)
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> {
          assertThat(proxy.alive()).as(proxy.output()).isTrue();
          new Socket(address.getAddress(), address.getPort()).close();
          return true;
        });
    try {
      return kind.open(address);
    } catch (IOException e) {
      throw new AssertionError(kind + " at " + address + ": " + proxy.output(), e);
    }
  }

  private static String bootstrap(int ads, int admin, Backend http, Backend raw, Backend other) {
    return """
    node: {id: p, cluster: listeners}
    admin: {address: {socket_address: {address: 127.0.0.1, port_value: ADMIN}}}
    dynamic_resources:
      lds_config: {ads: {}, resource_api_version: V3}
      ads_config:
        api_type: GRPC
        transport_api_version: V3
        grpc_services: [{envoy_grpc: {cluster_name: ads}}]
    static_resources:
      clusters:
      - name: ads
        load_assignment: {cluster_name: ads, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ADS}}}}]}]}
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            explicit_http_config: {http2_protocol_options: {}}
    """
            .replace("ADMIN", Integer.toString(admin))
            .replace("ADS", Integer.toString(ads))
        + cluster("http", http)
        + cluster("raw", raw)
        + cluster("other", other);
  }

  private static String cluster(String name, Backend backend) {
    return "  - {name: %s, load_assignment: {cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}}\n"
        .formatted(name, name, backend.port());
  }

  /** The kernel's numbers of the sockets that listen on the first address of a row. */
  private static Set<String> listening(int port) throws IOException {
    String local = "0100007F:%04X".formatted(port);
    return Stream.of("tcp", "tcp6")
        .flatMap(table -> {
          try {
            return Files.readString(Path.of("/proc/net/" + table), UTF_8).lines();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .map(line -> line.strip().split("\\s+"))
        .filter(parts -> parts.length > 9 && parts[3].equals("0A"))
        .filter(parts -> parts[1].endsWith(local))
        .map(parts -> parts[9])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @TestFactory
  Stream<DynamicTest> table() throws Exception {
    Map<Update, Map<Kind, String>> seen = new LinkedHashMap<>();
    connections.keySet().forEach(update -> seen.put(update, new EnumMap<>(Kind.class)));
    // The drain has begun and is far from its end: what can not be asked to leave goes on.
    for (Kind kind : List.of(Kind.WEBSOCKET, Kind.CONNECT, Kind.TCP)) {
      for (Update update : connections.keySet()) {
        note(seen, update, kind, live(update, kind).use().equals("ping") ? "" : "broken off");
      }
    }
    // Waits for all that shall end: when it is over the time of every drain is.
    for (Update update : connections.keySet()) {
      for (Kind kind : Kind.values()) {
        if (update.fate(kind) == Update.Fate.DRAINED) {
          note(seen, update, kind, live(update, kind).ends() ? "DRAINED" : "KEPT");
        }
      }
    }
    for (Update update : connections.keySet()) {
      for (Kind kind : Kind.values()) {
        if (update.fate(kind) == Update.Fate.KEPT) {
          note(seen, update, kind, kept(update, kind));
        }
      }
    }
    seen.forEach((update, row) -> System.out.println("listeners: " + update.name() + ": " + row));
    List<DynamicTest> tests = new ArrayList<>();
    seen.forEach((update, row) -> {
      row.forEach((kind, fate) ->
          tests.add(
              DynamicTest.dynamicTest(
                  update.name() + ", " + kind,
                  () -> assertThat(fate).isEqualTo(update.fate(kind).name()))));
      tests.add(DynamicTest.dynamicTest(update.name() + ", afterwards", () -> afterwards(update)));
    });
    return tests.stream();
  }

  private static void note(
      Map<Update, Map<Kind, String>> seen, Update update, Kind kind, String what) {
    Map<Kind, String> row = Objects.requireNonNull(seen.get(update));
    row.merge(kind, what, (first, then) -> first.isEmpty() ? then : first);
  }

  private Live live(Update update, Kind kind) {
    return Objects.requireNonNull(Objects.requireNonNull(connections.get(update)).get(kind));
  }

  /** Uses a connection twice: it must not say that its end is near either. */
  private String kept(Update update, Kind kind) {
    try {
      for (int i = 0; i < 2; i++) {
        String said = live(update, kind).use();
        String expected =
            kind == Kind.H1 || kind == Kind.H2 ? String.valueOf(update.answer()) : "ping";
        if (!said.equals(expected)) {
          return "answered " + said + " instead of " + expected;
        }
      }
      return "KEPT";
    } catch (IOException e) {
      return "DRAINED: " + e;
    }
  }

  /** The socket is the one that was there before, and what comes now finds the new config. */
  private void afterwards(Update update) throws IOException {
    Config old = config(update);
    Config now = update.change() == null ? null : update.change().apply(old);
    if (now == null || now.port() != old.port()) {
      assertThat(listening(old.port())).isEmpty();
    } else {
      assertThat(listening(old.port())).hasSize(1).isEqualTo(sockets.get(update));
    }
    if (now != null && update.answer() != null) {
      try (Live fresh = Kind.H1.open(address(Kind.H1, now))) {
        assertThat(fresh.use()).isEqualTo(update.answer());
      }
    }
  }
}
