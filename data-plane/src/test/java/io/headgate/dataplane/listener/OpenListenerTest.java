package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.harness.EchoTerminal;
import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.hcm.RouteLookup;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.AccessLogs;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HttpFilter;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.filter.RouterConfig;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.value.Address;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Listeners over real sockets: chains, TLS, replacement under open connections, drain, access log.
 */
class OpenListenerTest {
  private static final Duration DRAIN = Duration.ofSeconds(3);

  @TempDir private Path directory = Path.of("");

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Meters meters = new Meters();
  private final AccessLogs logs = new AccessLogs(meters);
  private final EchoTerminal terminal = new EchoTerminal();
  private final List<OpenListener> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(listener -> listener.close(Duration.ZERO));
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    logs.close();
  }

  private ListenerServices services() {
    List<EventLoop> loops = new ArrayList<>();
    for (EventExecutor loop : group) {
      loops.add((EventLoop) loop);
    }
    FilterRegistry registry =
        FilterRegistry.builder()
            .add(RouterConfig.class, (config, context) -> terminal)
            .add(
                HeaderMutationConfig.class,
                (config, context) ->
                    (FilterTemplate.Passing) () -> new Marking(config.mostSpecificWins()))
            .build();
    return new ListenerServices(loops, NioServerSocketChannel::new, registry, logs, meters, "edge");
  }

  private OpenListener open(Listener value) throws Exception {
    CompletableFuture<String> done = new CompletableFuture<>();
    OpenListener listener = prepare(value).open(done::complete);
    assertThat(done.get(5, TimeUnit.SECONDS)).isEmpty();
    opened.add(listener);
    return listener;
  }

  private PreparedListener prepare(Listener value) {
    return PreparedListener.prepare(value, source -> RouteLookup.NONE, services());
  }

  private static SocketAddress address(OpenListener listener) {
    SocketAddress address = listener.localAddress();
    if (address == null) {
      throw new IllegalStateException("not bound");
    }
    return address;
  }

  private static Listener listener(boolean inspect, FilterChain... chains) {
    return new Listener(
        "l",
        new Address("127.0.0.1", 0),
        List.of(chains),
        null,
        new ListenerOptions(1 << 20, true, 0, inspect, "test"));
  }

  private static FilterChain chain(
      String name, @Nullable DownstreamTls tls, List<String> serverNames, HttpFilter... before) {
    List<HttpFilter> filters = new ArrayList<>(List.of(before));
    filters.add(new HttpFilter("router", RouterConfig.DEFAULT, false, false));
    return new FilterChain(
        name,
        new FilterChainMatch(
            0, List.of(), serverNames, tls == null ? "" : "tls", List.of(), List.of(), Set.of()),
        List.of(manager(filters, List.of())),
        tls,
        Duration.ZERO);
  }

  private static HttpConnectionManager manager(List<HttpFilter> filters, List<AccessLog> logs) {
    return new HttpConnectionManager(
        "ingress",
        new RouteSource.Rds("r", Duration.ZERO),
        filters,
        logs,
        HttpTimeouts.DEFAULT,
        HttpLimits.DEFAULT,
        HttpRules.DEFAULT);
  }

  private static HttpFilter marking(boolean loud) {
    return new HttpFilter(
        "mark",
        new HeaderMutationConfig(new HeaderMutationConfig.Mutations(List.of(), List.of()), loud),
        false,
        false);
  }

  @Test
  void servesAndCounts() throws Exception {
    OpenListener listener = open(listener(false, chain("main", null, List.of())));
    try (RawClient client = new RawClient(address(listener))) {
      assertThat(client.get("/1").body()).isEqualTo("GET /1 ");
      client.send(
          "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("POST /2 abc");
    }
    await().until(() -> listener.connections() == 0);
    assertThat(meter("http.ingress.downstream_rq_total")).isEqualTo(2);
    assertThat(meter("http.ingress.downstream_rq_2xx")).isEqualTo(2);
    assertThat(meter("listener.test.downstream_cx_total")).isEqualTo(1);
    assertThat(
            meter("listener.test.worker_0.downstream_cx_total")
                + meter("listener.test.worker_1.downstream_cx_total"))
        .isEqualTo(1);
  }

  private long meter(String name) {
    for (Meters.Meter meter : meters.all()) {
      if (meter.name().equals(name) && meter instanceof Meters.CounterMeter counter) {
        return counter.counter().value();
      }
    }
    throw new AssertionError("there is no counter " + name);
  }

  @Test
  void aNewConfigReachesTheNextRequestOfAnOpenConnection() throws Exception {
    OpenListener listener = open(listener(false, chain("main", null, List.of(), marking(false))));
    try (RawClient client = new RawClient(address(listener))) {
      assertThat(client.get("/").header("x-mark")).isEqualTo("false");
      listener.replace(
          prepare(listener(false, chain("main", null, List.of(), marking(true)))), DRAIN);
      assertThat(client.get("/").header("x-mark")).isEqualTo("true");
      assertThat(client.get("/").header("connection")).isNull();
    }
  }

  @Test
  void connectionsOfAChainThatIsGoneDrain() throws Exception {
    OpenListener listener = open(listener(false, chain("old", null, List.of())));
    FilterChain other =
        new FilterChain(
            "new",
            new FilterChainMatch(
                0, List.of(), List.of(), "raw_buffer", List.of(), List.of(), Set.of()),
            chain("", null, List.of()).filters(),
            null,
            Duration.ZERO);
    try (RawClient busy = new RawClient(address(listener));
        RawClient idle = new RawClient(address(listener))) {
      busy.get("/");
      idle.get("/");
      listener.replace(prepare(listener(false, other)), DRAIN);
      await().until(() -> "close".equals(busy.get("/").header("connection")));
      assertThat(busy.isClosed()).isTrue();
      assertThat(idle.isClosed()).isTrue();
    }
    try (RawClient fresh = new RawClient(address(listener))) {
      assertThat(fresh.get("/").header("connection")).isNull();
    }
  }

  @Test
  void anotherNameIsNoOtherChain() throws Exception {
    OpenListener listener = open(listener(false, chain("old", null, List.of())));
    try (RawClient client = new RawClient(address(listener))) {
      client.get("/");
      listener.replace(
          prepare(listener(false, chain("new", null, List.of()))), Duration.ofMillis(50));
      assertThat(listener.connections()).isEqualTo(1);
      assertThat(client.get("/").header("connection")).isNull();
    }
  }

  @Test
  void closingLetsStreamsFinishWithinTheDrainTime() throws Exception {
    terminal.answering = false;
    OpenListener listener = open(listener(false, chain("main", null, List.of())));
    try (RawClient client = new RawClient(address(listener))) {
      client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> !terminal.streams.isEmpty());
      SocketAddress where = address(listener);
      listener.close(DRAIN);
      await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> new RawClient(where).close())
                  .isInstanceOf(IOException.class));
      EchoTerminal.Stream stream = terminal.streams.getFirst();
      // By then the turn of every connection has come.
      var _ =
          stream.stream()
              .eventLoop()
              .schedule(
                  () -> stream.answer(200, "done"),
                  DRAIN.toMillis() * 7 / 10,
                  TimeUnit.MILLISECONDS);
      RawClient.Message answer = client.read();
      assertThat(answer.body()).isEqualTo("done");
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void closingEndsStuckStreamsWhenTheTimeIsUp() throws Exception {
    terminal.answering = false;
    OpenListener listener = open(listener(false, chain("main", null, List.of())));
    try (RawClient client = new RawClient(address(listener))) {
      client.send("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> !terminal.streams.isEmpty());
      listener.close(Duration.ofMillis(300));
      assertThat(client.isClosed()).isTrue();
      await().until(() -> terminal.streams.getFirst().destroyed);
    }
  }

  @Test
  void terminatesTlsByServerName() throws Exception {
    TestCertificate a = TestCertificate.of("a.test", directory);
    TestCertificate b = TestCertificate.of("b.test", directory);
    OpenListener listener =
        open(
            listener(
                true,
                chain("a", tls(a), List.of("a.test"), marking(true)),
                chain("b", tls(b), List.of("*.test"), marking(false))));
    assertThat(secureGet(a, "a.test", listener)).isEqualTo("true");
    assertThat(secureGet(b, "b.test", listener)).isEqualTo("false");
    try (RawClient plain = new RawClient(address(listener))) {
      plain.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assertThat(plain.isClosed()).as("no chain takes clear text").isTrue();
    }
    assertThat(meter("listener.test.no_filter_chain_match")).isEqualTo(1);
  }

  private static DownstreamTls tls(TestCertificate certificate) {
    return certificate.tls("h2", "http/1.1");
  }

  private static @Nullable String secureGet(
      TestCertificate certificate, String name, OpenListener listener) throws IOException {
    SSLSocket socket = (SSLSocket) certificate.client().getSocketFactory().createSocket();
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.connect(address(listener));
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    try (RawClient client = new RawClient(socket)) {
      return client.get("/").header("x-mark");
    }
  }

  @Test
  void aMissingCertificateIsRefusedByName() throws Exception {
    DownstreamTls missing =
        new TestCertificate(Path.of("/none/a.pem"), Path.of("/none/a.key"), SSLContext.getDefault())
            .tls();
    assertThatThrownBy(() -> prepare(listener(false, chain("a", missing, List.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/none/a.pem");
  }

  @Test
  void anAddressInUseIsAReason() throws Exception {
    OpenListener first = open(listener(false, chain("main", null, List.of())));
    int port = ((InetSocketAddress) address(first)).getPort();
    Listener same =
        new Listener(
            "same",
            new Address("127.0.0.1", port),
            List.of(chain("main", null, List.of())),
            null,
            ListenerOptions.DEFAULT);
    CompletableFuture<String> done = new CompletableFuture<>();
    prepare(same).open(done::complete);
    assertThat(done.get(5, TimeUnit.SECONDS)).contains("127.0.0.1:" + port);
  }

  @Test
  void logsALineForEachRequestAndEachRefusal() throws Exception {
    Path file = directory.resolve("access.log");
    AccessLog log =
        new AccessLog(new AccessLog.Sink.File(file.toString()), AccessLog.Format.DEFAULT);
    FilterChain chain =
        new FilterChain(
            "main",
            FilterChainMatch.ANY,
            List.of(
                manager(
                    List.of(new HttpFilter("router", RouterConfig.DEFAULT, false, false)),
                    List.of(log))),
            null,
            Duration.ZERO);
    OpenListener listener = open(listener(false, chain));
    try (RawClient client = new RawClient(address(listener))) {
      client.get("/x?y");
      assertThat(client.send("GET / HTTP/1.1\r\nA : b\r\n\r\n").read().status()).isEqualTo(400);
    }
    await().until(() -> Files.readAllLines(file).size() == 2);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst())
        .matches(
            "\\[[-0-9T:.]+Z] \"GET /x\\?y HTTP/1.1\" 200 - 0 9 \\d+ - \"-\" \"-\" \"[-0-9a-f]{36}\""
                + " \"a.test\" \"-\"");
    assertThat(lines.get(1)).contains(" 400 DPE 0 11 ");
  }

  @Test
  void largeBodiesStreamBothWays() throws Exception {
    OpenListener listener = open(listener(false, chain("main", null, List.of())));
    String body = "0123456789abcdef".repeat(128 * 1024);
    try (RawClient client = new RawClient(address(listener))) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      assertThat(client.read().body()).isEqualTo("POST / " + body);
      assertThat(client.get("/after").body()).isEqualTo("GET /after ");
    }
  }

  /** Marks answers. */
  private static final class Marking extends StreamFilter {
    private static final HeaderName MARK = HeaderName.of("x-mark");
    private final boolean loud;

    Marking(boolean loud) {
      this.loud = loud;
    }

    @Override
    public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
      head.headers().set(MARK, Boolean.toString(loud));
      return FilterAction.CONTINUE;
    }
  }
}
