package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.ListenerBed;
import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.xds.model.filter.HttpLimits;
import io.headgate.xds.model.http.ConnectionTimeouts;
import io.headgate.xds.model.http.HttpTimeouts;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ClientLimits;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every timeout of a listener and its connection manager: its answer, counter, flag and details.
 */
class TimeoutsTest {
  private static final Duration SHORT = Duration.ofMillis(80);
  private static final Duration LONG = Duration.ofHours(1);
  private static final String HALF = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab";

  @TempDir private Path directory = Path.of("");
  private ListenerBed bed = new ListenerBed(Path.of(""));

  @BeforeEach
  void make() {
    bed.close();
    bed = new ListenerBed(directory);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private static HttpTimeouts streams(
      Duration request, Duration headers, Duration idle, Duration max) {
    return new HttpTimeouts(request, headers, idle, max, ConnectionTimeouts.DEFAULT);
  }

  private void connections(Duration idle, Duration max, boolean safe, Duration drain) {
    bed.timeouts =
        new HttpTimeouts(
            Duration.ZERO,
            Duration.ZERO,
            LONG,
            Duration.ZERO,
            new ConnectionTimeouts(idle, max, safe, drain, Duration.ofSeconds(1)));
  }

  private void expect(String raw, int status, String log, String counter) throws Exception {
    try (RawClient client = bed.client()) {
      assertThat(client.send(raw).read().status()).isEqualTo(status);
    }
    await().untilAsserted(() -> assertThat(bed.logged()).containsExactly(log));
    assertThat(bed.meter(counter)).isEqualTo(1);
  }

  @Test
  void aHeadThatTricklesIn() throws Exception {
    bed.timeouts = streams(Duration.ZERO, SHORT, LONG, Duration.ZERO);
    bed.open();
    expect(
        "GET / HTTP/1.1\r\nHo",
        408,
        "408 - request_header_timeout",
        "http.ingress.downstream_rq_header_timeout");
  }

  @Test
  void aBodyThatTricklesIn() throws Exception {
    bed.timeouts = streams(SHORT, Duration.ZERO, LONG, Duration.ZERO);
    bed.open();
    expect(HALF, 408, "408 - request_overall_timeout", "http.ingress.downstream_rq_timeout");
  }

  @Test
  void aStreamOnWhichNothingMoves() throws Exception {
    bed.timeouts = streams(Duration.ZERO, Duration.ZERO, SHORT, Duration.ZERO);
    bed.open();
    expect(HALF, 408, "408 SI stream_idle_timeout", "http.ingress.downstream_rq_idle_timeout");
  }

  @Test
  void aStreamOnWhichNothingMovesOnceTheRequestIsComplete() throws Exception {
    bed.terminal.answering = false;
    bed.timeouts = streams(Duration.ZERO, Duration.ZERO, SHORT, Duration.ZERO);
    bed.open();
    expect(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        504,
        "504 SI stream_idle_timeout",
        "http.ingress.downstream_rq_idle_timeout");
  }

  @Test
  void theEndOfAnAnswerThatNobodyTakes() throws Exception {
    bed.timeouts = streams(Duration.ZERO, Duration.ZERO, SHORT, Duration.ZERO);
    bed.open();
    try (RawClient client = bed.client()) {
      client.send(
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
              // SETTINGS: no window for any stream
              + "\0\0\6\4\0\0\0\0\0\0\4\0\0\0\0"
              // HEADERS of stream 1: GET http a /
              + "\0\0\6\1\5\0\0\0\1\u0082\u0086\u0084\1\1a");
      await().until(() -> bed.meter("http2.tx_flush_timeout") == 1);
      await().until(() -> bed.meter("http2.tx_reset") == 1);
      assertThat(bed.meter("http.ingress.downstream_rq_idle_timeout")).isZero();
    }
  }

  @Test
  void aStreamThatLastsTooLong() throws Exception {
    bed.terminal.answering = false;
    bed.timeouts = streams(Duration.ZERO, Duration.ZERO, LONG, SHORT);
    bed.open();
    expect(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        504,
        "504 - max_duration_timeout",
        "http.ingress.downstream_rq_max_duration_reached");
  }

  @Test
  void aCallThatLastsTooLongIsTooLateForGrpc() throws Exception {
    bed.terminal.answering = false;
    bed.timeouts = streams(Duration.ZERO, Duration.ZERO, LONG, SHORT);
    bed.open();
    try (RawClient client = bed.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n\r\n");
      RawClient.Message answer = client.read();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("grpc-status")).isEqualTo("4");
    }
  }

  @Test
  void anIdleConnectionDrainsAndCloses() throws Exception {
    connections(SHORT, Duration.ZERO, false, SHORT);
    bed.open();
    try (RawClient client = bed.client()) {
      client.get("/");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_idle_timeout")).isEqualTo(1);
  }

  @Test
  void aConnectionThatNeverSpeaksIsIdle() throws Exception {
    connections(SHORT, Duration.ZERO, false, SHORT);
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_idle_timeout")).isEqualTo(1);
  }

  @Test
  void theDrainTimeoutLetsARequestThatIsOnItsWayIn() throws Exception {
    connections(SHORT, Duration.ZERO, false, LONG);
    bed.open();
    try (RawClient client = bed.client()) {
      client.get("/");
      await().until(() -> bed.meter("http.ingress.downstream_cx_idle_timeout") == 1);
      RawClient.Message last = client.get("/late");
      assertThat(last.body()).isEqualTo("GET /late ");
      assertThat(last.header("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void anOldConnectionDrainsAndCloses() throws Exception {
    connections(LONG, SHORT, false, SHORT);
    bed.open();
    try (RawClient client = bed.client()) {
      client.get("/");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_max_duration_reached")).isEqualTo(1);
  }

  @Test
  void anOldConnectionIsOnlyToldWhenThatIsSafer() throws Exception {
    connections(LONG, SHORT, true, Duration.ZERO);
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.get("/").header("connection")).isNull();
      await().until(() -> bed.meter("http.ingress.downstream_cx_max_duration_reached") == 1);
      assertThat(client.get("/").header("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void aConnectionEndsWithItsLastRequest() throws Exception {
    bed.limits = new HttpLimits(60, 100, 2);
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.get("/").header("connection")).isNull();
      assertThat(client.get("/").header("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_max_requests_reached")).isEqualTo(1);
  }

  @Test
  void aClientThatDoesNotTakeItsLastAnswerIsCutOff() throws Exception {
    bed.bufferLimit = 64 << 20;
    bed.limits = new HttpLimits(60, 100, 1);
    bed.terminal.answering = false;
    bed.timeouts =
        new HttpTimeouts(
            Duration.ZERO,
            Duration.ZERO,
            LONG,
            Duration.ZERO,
            new ConnectionTimeouts(LONG, Duration.ZERO, false, LONG, SHORT));
    OpenListener listener = bed.open();
    try (RawClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> !bed.terminal.streams.isEmpty());
      var stream = bed.terminal.streams.getFirst();
      stream.stream().eventLoop().execute(() -> stream.answer(200, "x".repeat(32 << 20)));
      await().until(() -> bed.meter("http.ingress.downstream_cx_delayed_close_timeout") == 1);
      await().until(() -> listener.connections() == 0);
    }
  }

  @Test
  void aClientThatTakesItsLastAnswerSlowlyGetsAllOfIt() throws Exception {
    bed.bufferLimit = 64 << 20;
    bed.limits = new HttpLimits(60, 100, 1);
    bed.terminal.answering = false;
    bed.timeouts =
        new HttpTimeouts(
            Duration.ZERO,
            Duration.ZERO,
            LONG,
            Duration.ZERO,
            new ConnectionTimeouts(LONG, Duration.ZERO, false, LONG, Duration.ofSeconds(1)));
    bed.open();
    try (RawClient client = bed.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> !bed.terminal.streams.isEmpty());
      var stream = bed.terminal.streams.getFirst();
      stream.stream().eventLoop().execute(() -> stream.answer(200, "x".repeat(32 << 20)));
      assertThat(client.read().body()).hasSize(32 << 20);
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("http.ingress.downstream_cx_delayed_close_timeout")).isZero();
  }

  @Test
  void aHandshakeThatDoesNotCome() throws Exception {
    TestCertificate certificate = TestCertificate.of("a.test", directory);
    bed.tls = certificate.tls("http/1.1");
    bed.handshakeTimeout = SHORT;
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("listener.test.downstream_cx_transport_socket_connect_timeout"))
        .isEqualTo(1);
  }

  @Test
  void firstBytesThatDoNotCome() throws Exception {
    bed.inspect = true;
    bed.accept = new AcceptRules(SHORT, false, false, false, ClientLimits.NONE);
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("listener.test.downstream_pre_cx_timeout")).isEqualTo(1);
  }

  @Test
  void firstBytesThatMayComeLater() throws Exception {
    bed.inspect = true;
    bed.accept = new AcceptRules(SHORT, true, false, false, ClientLimits.NONE);
    bed.open();
    try (RawClient client = bed.client()) {
      await().until(() -> bed.meter("listener.test.downstream_pre_cx_timeout") == 1);
      assertThat(client.get("/later").body()).isEqualTo("GET /later ");
    }
  }

  @Test
  void whatIsOffNeverFires() throws Exception {
    bed.timeouts =
        new HttpTimeouts(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            new ConnectionTimeouts(
                Duration.ZERO, Duration.ZERO, false, Duration.ZERO, Duration.ZERO));
    bed.limits = new HttpLimits(60, 100, 1);
    bed.open();
    try (RawClient client = bed.client()) {
      assertThat(client.get("/").header("connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
    try (Socket refused = new Socket("127.0.0.1", port());
        RawClient client = new RawClient(refused)) {
      assertThat(client.send("nonsense\r\n\r\n").read().status()).isEqualTo(400);
      assertThat(client.isClosed()).as("without a delay it closes at once").isTrue();
    }
  }

  private int port() throws Exception {
    try (RawClient client = bed.client()) {
      return client.remotePort();
    }
  }
}
