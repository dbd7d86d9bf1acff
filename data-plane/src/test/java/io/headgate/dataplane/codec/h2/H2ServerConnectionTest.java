package io.headgate.dataplane.codec.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.http.Http2Options.Keepalive;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Downstream connections: what reaches the application, and what is said to the client. */
class H2ServerConnectionTest {
  private final Meters meters = new Meters();
  private final RecordingAcceptor acceptor = new RecordingAcceptor();
  private final Wire.Reader reader = new Wire.Reader();
  private H2ServerConnection connection = connection(TestSettings.of(meters));
  private EmbeddedChannel channel = open();

  private H2ServerConnection connection(H2Settings settings) {
    return new H2ServerConnection(settings, MemoryConnection.INFO, acceptor);
  }

  private EmbeddedChannel open() {
    EmbeddedChannel opened = StillChannel.of(connection);
    return opened;
  }

  private void reopen(H2Settings settings) {
    channel.finishAndReleaseAll();
    connection = connection(settings);
    channel = open();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private List<String> exchange(Wire wire) {
    channel.writeInbound(Unpooled.wrappedBuffer(wire.bytes()));
    return said();
  }

  private List<String> said() {
    channel.runPendingTasks();
    return reader.read(channel);
  }

  private void start() {
    assertThat(exchange(Wire.client().ack())).containsExactly("SETTINGS", "SETTINGS ack");
  }

  @Test
  void answersRequestsAndReusesTheTables() {
    start();
    assertThat(exchange(Wire.frames().get(1).get(3)))
        .containsExactly(
            "HEADERS 1 :status=200 content-length=2",
            "DATA 1 ok end",
            "HEADERS 3 :status=200 content-length=2",
            "DATA 3 ok end");
    assertThat(acceptor.requests)
        .containsExactly("GET http a.test / || end", "GET http a.test / || end");
  }

  @Test
  void bodiesTrailersAndCookies() {
    start();
    String[] head = Wire.with(Wire.POST, "cookie", "a=1", "x-a", "v", "cookie", "b=2");
    exchange(
        Wire.frames()
            .headers(1, false, head)
            .data(1, false, "one")
            .data(1, false, "two")
            .headers(1, true, "x-sum", "6", "authorization", "no"));
    assertThat(acceptor.requests)
        .containsExactly("POST http a.test /up x-a=v cookie=a=1; b=2 |onetwo| x-sum: 6 | end");
    assertThat(TestSettings.count(meters, "trailers")).isEqualTo(1);
  }

  @Test
  void aHeadInManyPiecesWithPadding() {
    start();
    byte[] block = Wire.block(Wire.GET);
    Wire wire = Wire.frames();
    byte[] first = new byte[1 + 5 + 10 + 3];
    first[0] = 3;
    System.arraycopy(block, 0, first, 6, 10);
    wire.raw(Frames.HEADERS, Frames.PADDED | Frames.WITH_PRIORITY | Frames.END_STREAM, 1, first);
    for (int i = 10; i < block.length; i++) {
      int flags = i == block.length - 1 ? Frames.END_HEADERS : 0;
      wire.raw(Frames.CONTINUATION, flags, 1, new byte[] {block[i]});
      if (i == 30) {
        wire.raw(
            Frames.CONTINUATION,
            Frames.END_HEADERS,
            1,
            Arrays.copyOfRange(block, 31, block.length));
        break;
      }
    }
    exchange(wire);
    assertThat(acceptor.requests).containsExactly("GET http a.test / || end");
  }

  @Test
  void streamsAreAnsweredInAnyOrder() {
    acceptor.answering = false;
    start();
    exchange(Wire.frames().get(1).get(3));
    RecordingAcceptor.answer(acceptor.streams.get(1), 204, "");
    RecordingAcceptor.answer(acceptor.streams.get(0), 200, "late");
    assertThat(said())
        .containsExactly(
            "HEADERS 3 :status=204 end",
            "HEADERS 1 :status=200 content-length=4",
            "DATA 1 late end");
  }

  @Test
  void informationalHeadsAndTrailersGoOut() {
    acceptor.answering = false;
    start();
    exchange(Wire.frames().get(1));
    ServerStream stream = acceptor.streams.getFirst();
    ResponseHead head = new ResponseHead();
    head.status(103);
    stream.sendInformational(head);
    head.status(200);
    stream.sendHead(head, false);
    stream.sendData(Unpooled.copiedBuffer(new byte[] {'x'}), false);
    HeaderBlock trailers = new HeaderBlock();
    trailers.add(HeaderName.of("grpc-status"), "0");
    stream.sendTrailers(trailers);
    assertThat(said())
        .containsExactly(
            "HEADERS 1 :status=103",
            "HEADERS 1 :status=200",
            "DATA 1 x",
            "HEADERS 1 grpc-status=0 end");
  }

  @Test
  void anAnswerToHeadHasNoBodyAndABrokenPromiseIsReset() {
    acceptor.answering = false;
    start();
    String[] head = Wire.GET.clone();
    head[1] = "HEAD";
    exchange(Wire.frames().headers(1, true, head).get(3));
    RecordingAcceptor.answer(acceptor.streams.get(0), 200, "body");
    ResponseHead five = new ResponseHead();
    five.headers().set(HeaderName.of("content-length"), 5);
    acceptor.streams.get(1).sendHead(five, false);
    acceptor.streams.get(1).sendData(Unpooled.copiedBuffer(new byte[6]), true);
    assertThat(said())
        .containsExactly(
            "HEADERS 1 :status=200 content-length=4",
            "DATA 1  end",
            "HEADERS 3 :status=200 content-length=5",
            "RST_STREAM 3 2");
    assertThat(acceptor.requests).last().asString().endsWith("reset INTERNAL");
  }

  @Test
  void anEarlyAnswerStopsTheRequest() {
    acceptor.answering = false;
    start();
    exchange(Wire.frames().headers(1, false, Wire.POST));
    RecordingAcceptor.answer(acceptor.streams.getFirst(), 413, "");
    assertThat(said())
        .containsExactly("HEADERS 1 :status=413 content-length=0 end", "RST_STREAM 1 0");
    assertThat(exchange(Wire.frames().data(1, false, "on its way").data(1, true, "still").get(3)))
        .as("what was on its way is ignored")
        .isEmpty();
    assertThat(acceptor.requests).containsExactly("GET http a.test / || end");
  }

  @Test
  void requestsThatAreWellFormedAndWrongAreAnswered() {
    String[] none = {":method", "GET", ":scheme", "http", ":path", "/"};
    String[] user = Wire.GET.clone();
    user[5] = "me@a.test";
    String[] path = Wire.GET.clone();
    path[7] = "x#y";
    start();
    assertThat(
            exchange(
                Wire.frames()
                    .headers(1, true, none)
                    .headers(3, true, user)
                    .headers(5, true, path)
                    .headers(7, true, Wire.with(Wire.GET, "x-big", "v".repeat(6000)))))
        .filteredOn(line -> line.startsWith("HEADERS"))
        .allMatch(line -> line.matches("HEADERS [135] :status=400.*|HEADERS 7 :status=431.*"))
        .hasSize(4);
    assertThat(acceptor.errors)
        .containsExactly(
            "400 missing_host_header",
            "400 http2.invalid_host",
            "400 http2.invalid_url",
            "431 http2.too_many_headers");
    assertThat(exchange(Wire.frames().get(9))).contains("DATA 9 ok end");
  }

  @Test
  void tooManyFieldsAndCrumbsAreCounted() {
    start();
    String[] fields = Wire.GET;
    for (int i = 0; i < 21; i++) {
      fields = Wire.with(fields, "cookie", "c");
    }
    assertThat(exchange(Wire.frames().headers(1, true, fields)).getFirst())
        .startsWith("HEADERS 1 :status=431");
    assertThat(TestSettings.count(meters, "header_overflow")).isEqualTo(1);
  }

  @Test
  void underscoresAreDroppedOrRejected() {
    reopen(TestSettings.of(meters, Keepalive.NONE, UnderscoreHeaders.DROP_HEADER));
    start();
    exchange(Wire.frames().headers(1, true, Wire.with(Wire.GET, "a_b", "c")));
    assertThat(acceptor.requests).containsExactly("GET http a.test / || end");
    reopen(TestSettings.of(meters, Keepalive.NONE, UnderscoreHeaders.REJECT_REQUEST));
    exchange(Wire.client());
    exchange(Wire.frames().headers(1, true, Wire.with(Wire.GET, "a_b", "c")));
    assertThat(acceptor.errors).containsExactly("400 http2.unexpected_underscore");
    assertThat(TestSettings.count(meters, "dropped_headers_with_underscores")).isEqualTo(1);
  }

  @Test
  void drainsInTwoSteps() {
    acceptor.answering = false;
    start();
    exchange(Wire.frames().get(1));
    connection.drain();
    assertThat(said()).containsExactly("GOAWAY 2147483647 0", "PING 647261696e696e67");
    exchange(Wire.frames().get(3));
    assertThat(acceptor.streams).as("sent before GOAWAY was seen").hasSize(2);
    assertThat(exchange(Wire.frames().ping(true, 0x647261696e696e67L)))
        .containsExactly("GOAWAY 3 0");
    exchange(Wire.frames().get(5));
    assertThat(acceptor.streams).hasSize(2);
    RecordingAcceptor.answer(acceptor.streams.get(0), 200, "");
    RecordingAcceptor.answer(acceptor.streams.get(1), 200, "");
    said();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aClientThatAnswersNoPingIsNotWaitedForLong() {
    start();
    connection.drain();
    said();
    channel.advanceTimeBy(1100, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(said()).containsExactly("GOAWAY 0 0");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void keepaliveEndsADeadConnection() {
    Keepalive everySecond =
        new Keepalive(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ZERO, 0);
    reopen(TestSettings.of(meters, everySecond, UnderscoreHeaders.ALLOW));
    start();
    pass(1100);
    List<String> ping = said();
    assertThat(ping).hasSize(1).first().asString().startsWith("PING ");
    exchange(Wire.frames().ping(true, Long.parseUnsignedLong(ping.getFirst().substring(5), 16)));
    pass(1100);
    assertThat(said()).hasSize(1);
    pass(2100);
    assertThat(channel.isOpen()).isFalse();
    assertThat(TestSettings.count(meters, "keepalive_timeout")).isEqualTo(1);
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void settingsMustBeAcknowledgedAndHeadsMustEnd() {
    exchange(Wire.client());
    pass(10_100);
    assertThat(said()).containsExactly("GOAWAY 0 4");
    assertThat(TestSettings.count(meters, "headgate_settings_timeout_total")).isEqualTo(1);
    reopen(TestSettings.of(meters));
    exchange(Wire.client().ack().raw(Frames.HEADERS, 0, 1, Wire.block(Wire.GET)));
    pass(5_100);
    assertThat(acceptor.errors)
        .containsExactly("0 http2.settings_timeout", "0 request_header_timeout");
    assertThat(said()).endsWith("GOAWAY 0 11");
  }

  @Test
  void resetsAndTheEndOfTheConnectionReachTheStreams() {
    acceptor.answering = false;
    start();
    exchange(Wire.frames().get(1).get(3).headers(5, false, Wire.POST).reset(1, H2Code.CANCEL));
    acceptor.streams.get(1).reset(ProxyError.of(ErrorKind.UPSTREAM_RESET));
    assertThat(said()).containsExactly("RST_STREAM 3 2");
    var _ = channel.close();
    assertThat(acceptor.requests)
        .containsExactly(
            "GET http a.test / || end",
            "GET http a.test / || end",
            "GET http a.test / || end| reset DOWNSTREAM_RESET",
            "POST http a.test /up || reset DOWNSTREAM_CLOSED");
    assertThat(acceptor.closed).isTrue();
    assertThat(TestSettings.count(meters, "rx_reset")).isEqualTo(1);
    assertThat(TestSettings.count(meters, "tx_reset")).isEqualTo(1);
  }

  @Test
  void aRefusedTunnelGetsNoBytes() {
    acceptor.answering = false;
    start();
    exchange(
        Wire.frames()
            .headers(1, false, ":method", "CONNECT", ":authority", "b.test:443")
            .data(1, false, "hello"));
    RecordingAcceptor.answer(acceptor.streams.getFirst(), 403, "no");
    assertThat(said()).endsWith("DATA 1 no end", "RST_STREAM 1 0");
    assertThat(acceptor.requests).isEmpty();
  }

  @Test
  void anExtendedConnectBecomesAnUpgradeAndATunnel() {
    acceptor.answering = false;
    start();
    exchange(
        Wire.frames()
            .headers(
                1,
                false,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/chat",
                ":authority",
                "a.test")
            .headers(3, false, ":method", "CONNECT", ":authority", "b.test:443")
            .data(1, false, "too early, "));
    ServerStream upgrade = acceptor.streams.get(0);
    ResponseHead head = new ResponseHead();
    head.status(101);
    upgrade.sendHead(head, false);
    upgrade.sendData(Unpooled.copiedBuffer(new byte[] {'d'}), true);
    ResponseHead connected = new ResponseHead();
    acceptor.streams.get(1).sendHead(connected, false);
    assertThat(said())
        .containsExactly("HEADERS 1 :status=200", "DATA 1 d end", "HEADERS 3 :status=200");
    exchange(Wire.frames().data(1, false, "after our end").data(1, true, "!"));
    assertThat(acceptor.requests)
        .containsExactly("GET http a.test /chat |too early, after our end!| end");
  }
}
