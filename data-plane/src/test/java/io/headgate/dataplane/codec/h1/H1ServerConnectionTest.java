package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Downstream connections: what reaches the application, how answers are framed, when they close.
 */
class H1ServerConnectionTest {
  private final RecordingAcceptor acceptor = new RecordingAcceptor();
  private EmbeddedChannel channel = open(H1Settings.DEFAULT);

  private EmbeddedChannel open(H1Settings settings) {
    return StillChannel.of(new H1ServerConnection(settings, MemoryConnection.INFO, acceptor));
  }

  private void reopen(boolean oldToo, H1Settings.Underscores underscores, long headNanos) {
    channel.finishAndReleaseAll();
    channel =
        open(
            new H1Settings(4096, 100, underscores, headNanos, TestOptions.old(oldToo, "old.test")));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private String exchange(String raw) {
    channel.writeInbound(Unpooled.copiedBuffer(raw, ISO_8859_1));
    channel.runPendingTasks();
    return sent();
  }

  private String sent() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      text.append(out.toString(ISO_8859_1));
    }
    return text.toString();
  }

  private static void begin(ServerStream stream, int status, int length) {
    ResponseHead head = new ResponseHead();
    head.status(status);
    if (length >= 0) {
      head.headers().set(HeaderNames.CONTENT_LENGTH, length);
    }
    stream.sendHead(head, false);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  @Test
  void connectionFieldsAndWhatTheyNameStayHere() {
    exchange(
        "GET / HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Connection: Upgrade, X-Mine\r\n"
            + "X-Mine: 1\r\n"
            + "Upgrade: h2c\r\n"
            + "Keep-Alive: 5\r\n"
            + "Proxy-Connection: x\r\n"
            + "TE: gzip\r\n"
            + "HTTP2-Settings: x\r\n"
            + "X-Kept: 2\r\n\r\n");
    assertThat(acceptor.requests).containsExactly("GET http a / x-kept=2 || end");
  }

  @Test
  void namesInConnectionCannotRemoveTheLength() {
    exchange(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length\r\nContent-Length: 2\r\n\r\nab");
    assertThat(acceptor.requests).containsExactly("POST http a / content-length=2 |ab| end");
  }

  @Test
  void answersWithoutABodyHaveNone() {
    acceptor.answering = false;
    exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    begin(acceptor.streams.get(0), 200, 5);
    acceptor.streams.get(0).sendData(bytes("abcde"), true);
    channel.runPendingTasks();
    assertThat(sent()).isEqualTo("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
    exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    begin(acceptor.streams.get(1), 204, 5);
    acceptor.streams.get(1).sendData(bytes("abcde"), true);
    channel.runPendingTasks();
    assertThat(sent()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void anAnswerWithoutALengthIsChunked() {
    acceptor.answering = false;
    exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    begin(acceptor.streams.getFirst(), 200, -1);
    acceptor.streams.getFirst().sendData(bytes("abc"), false);
    acceptor.streams.getFirst().sendData(Unpooled.EMPTY_BUFFER, false);
    acceptor.streams.getFirst().sendData(bytes("d"), true);
    channel.runPendingTasks();
    assertThat(sent())
        .isEqualTo(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");
  }

  @Test
  void anAnswerThatBreaksItsLengthClosesTheConnection() {
    acceptor.answering = false;
    exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    begin(acceptor.streams.getFirst(), 200, 2);
    acceptor.streams.getFirst().sendData(bytes("abc"), true);
    channel.runPendingTasks();
    assertThat(sent()).doesNotContain("abc");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anEarlyAnswerClosesAndItsBodyIsNeverARequest() {
    acceptor.answering = false;
    exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n");
    RecordingAcceptor.answer(acceptor.streams.getFirst(), 401, "");
    assertThat(exchange("GET /evil HTTP/1.1\r\nHost: a\r\n\r\n")).contains("connection: close");
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(acceptor.streams).hasSize(1);
  }

  @Test
  void anAnswerThatBeginsBeforeTheRequestIsCompleteSaysThatItCloses() {
    acceptor.answering = false;
    exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
    begin(acceptor.streams.getFirst(), 200, 2);
    channel.runPendingTasks();
    assertThat(sent()).contains("connection: close");
    exchange("cd");
    acceptor.streams.getFirst().sendData(bytes("ok"), true);
    channel.runPendingTasks();
    assertThat(sent()).isEqualTo("ok");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aBodyThatBreaksBehindTheHeadOfTheAnswerCloses() {
    acceptor.answering = false;
    exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    begin(acceptor.streams.getFirst(), 200, 100);
    assertThat(exchange("zz\r\n")).doesNotContain("400");
    assertThat(channel.isOpen()).isFalse();
    assertThat(acceptor.requests).singleElement().asString().endsWith("| reset BAD_REQUEST");
  }

  @Test
  void aPausedBodyWaitsAndStopsTheReading() {
    acceptor.answering = false;
    exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    acceptor.streams.getFirst().pause();
    exchange("abcd");
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(acceptor.requests).isEmpty();
    acceptor.streams.getFirst().resume();
    assertThat(acceptor.requests).isEmpty();
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(acceptor.requests).singleElement().asString().endsWith("|abcd| end");
  }

  @Test
  void aPipelineWaitsForTheAnswerBeforeIt() {
    acceptor.answering = false;
    exchange("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(acceptor.streams).hasSize(1);
    assertThat(channel.config().isAutoRead()).isFalse();
    RecordingAcceptor.answer(acceptor.streams.getFirst(), 200, "one");
    channel.runPendingTasks();
    assertThat(acceptor.streams).hasSize(2);
    assertThat(sent()).endsWith("one");
  }

  @Test
  void whatIsWrongBehindTheLimitDoesNotMatterHoweverItArrives() {
    String head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "v".repeat(61_440) + "\n";
    assertThat(exchange(head)).startsWith("HTTP/1.1 431 ");
    reopen(false, H1Settings.Underscores.ALLOW, 0);
    exchange(head.substring(0, 2000));
    assertThat(exchange(head.substring(2000, 5000))).startsWith("HTTP/1.1 431 ");
    reopen(false, H1Settings.Underscores.ALLOW, 0);
    assertThat(exchange("GET / HTTP/1.1\nHost: " + "a".repeat(61_440)))
        .as("before the limit")
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void whoAsksWithoutReadingIsNotReadEither() {
    String one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    writable(false);
    exchange(one.repeat(100));
    assertThat(acceptor.streams).isEmpty();
    assertThat(channel.config().isAutoRead()).isFalse();
    writable(true);
    assertThat(acceptor.streams).hasSize(100);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aHeadThatWaitsForRoomIsNoSlowHead() {
    reopen(false, H1Settings.Underscores.ALLOW, TimeUnit.SECONDS.toNanos(1));
    writable(false);
    exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    channel.advanceTimeBy(5, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(acceptor.errors).isEmpty();
    writable(true);
    assertThat(acceptor.requests).hasSize(1);
  }

  private void writable(boolean now) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    buffer.setUserDefinedWritability(1, now);
    channel.runPendingTasks();
  }

  @Test
  void oldClientsAreServedWhereTheConfigSaysSo() {
    reopen(true, H1Settings.Underscores.ALLOW, 0);
    assertThat(exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
        .startsWith("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n");
    assertThat(channel.isOpen()).isTrue();
    assertThat(exchange("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200 OK\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(acceptor.requests).allMatch(r -> r.startsWith("GET http old.test / "));
  }

  @Test
  void underscoresAreRefusedOrDropped() {
    String raw = "GET / HTTP/1.1\r\nHost: a\r\nX_A: 1\r\nX-B: 2\r\n\r\n";
    reopen(false, H1Settings.Underscores.DROP, 0);
    exchange(raw);
    assertThat(acceptor.requests).containsExactly("GET http a / x-b=2 || end");
    reopen(false, H1Settings.Underscores.REJECT, 0);
    assertThat(exchange(raw)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aSlowHeadTimesOut() {
    reopen(false, H1Settings.Underscores.ALLOW, TimeUnit.SECONDS.toNanos(10));
    exchange("GET / HTTP/1.1\r\n");
    channel.advanceTimeBy(9, TimeUnit.SECONDS);
    exchange("Host: a\r\n");
    assertThat(sent()).isEmpty();
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(sent()).startsWith("HTTP/1.1 408 ");
    assertThat(acceptor.errors).containsExactly("408 request_header_timeout");
  }
}
