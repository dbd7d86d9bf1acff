package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Upstream answers, byte by byte and split everywhere: what the router sees, and whether they pool.
 */
class H1ClientConnectionTest {
  private static final H1Settings SETTINGS =
      new H1Settings(2048, 100, H1Settings.Underscores.ALLOW, 0, TestOptions.TRAILERS);

  static List<Corpus.Case> cases() {
    return Corpus.read("responses.corpus");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outcomeIsTheSameHoweverTheBytesArrive(Corpus.Case row) {
    byte[] raw = row.raw();
    assertThat(run(row, raw, raw.length)).as("in one piece").isEqualTo(row.expect());
    assertThat(run(row, raw, 1)).as("byte by byte").isEqualTo(row.expect());
    for (int split = 2; split < raw.length; split++) {
      assertThat(run(row, raw, split)).as("split at %d", split).isEqualTo(row.expect());
    }
  }

  private static String run(Corpus.Case row, byte[] raw, int first) {
    Recording recording = new Recording();
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    RequestHead head = new RequestHead();
    head.method(Method.of(row.words().getOrDefault("method", "GET")));
    head.path("/");
    head.authority("b");
    connection.newStream(recording).sendHead(head, true);
    int at = 0;
    while (at < raw.length && channel.isOpen()) {
      int n = first == 1 ? 1 : at == 0 ? first : raw.length - at;
      channel.writeInbound(Unpooled.copiedBuffer(raw, at, n));
      channel.runPendingTasks();
      at += n;
    }
    if (row.words().containsKey("eof")) {
      channel.close();
    }
    channel.runPendingTasks();
    String end = connection.availableStreams() == 1 ? "pooled" : "closed";
    assertThat(channel.isOpen()).isEqualTo(end.equals("pooled"));
    if (end.equals("pooled") || first == raw.length) {
      // In pieces it may have been offered before the rest came; then the rest has closed it.
      assertThat(recording.available).isEqualTo(end.equals("pooled") ? 1 : 0);
    }
    channel.finishAndReleaseAll();
    return recording.text + end;
  }

  @Test
  void bytesBehindAnAnswerCloseTheConnection() {
    Recording recording = new Recording();
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    connection.newStream(recording).sendHead(get(), true);
    receive(channel, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n");
    assertThat(recording.text.toString()).isEqualTo("200 a end ");
    assertThat(channel.isOpen()).isFalse();
    assertThat(recording.available).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void bytesThatNobodyAskedForCloseTheConnection() {
    Recording recording = new Recording();
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    receive(channel, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(channel.isOpen()).isFalse();
    assertThat(recording.closed).isEqualTo(1);
    channel.finishAndReleaseAll();
  }

  @Test
  void aRefusalThatLooksLikeConsentIsNoAnswerToAnExtendedConnect() {
    for (Protocol asked : List.of(Protocol.HTTP_11, Protocol.HTTP_2)) {
      Recording recording = new Recording();
      H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
      EmbeddedChannel channel = StillChannel.of(connection);
      RequestHead head = get();
      head.protocol(asked);
      head.upgrade("websocket");
      connection.newStream(recording).sendHead(head, false);
      receive(channel, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      assertThat(recording.text.toString())
          .isEqualTo(asked == Protocol.HTTP_2 ? "reset UPSTREAM_PROTOCOL_ERROR " : "200 ok end ");
      assertThat(channel.isOpen()).isFalse();
      channel.finishAndReleaseAll();
    }
  }

  @Test
  void anEarlyAnswerIsNeverPooled() {
    Recording recording = new Recording();
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    RequestHead head = get();
    head.method(Method.POST);
    ClientStream stream = connection.newStream(recording);
    stream.sendHead(head, false);
    stream.sendData(Unpooled.copiedBuffer("abc", ISO_8859_1), false);
    receive(channel, "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(recording.text.toString()).isEqualTo("413 end ");
    assertThat(channel.isOpen()).isFalse();
    stream.sendData(Unpooled.copiedBuffer("late", ISO_8859_1), true);
    channel.finishAndReleaseAll();
  }

  @Test
  void aPausedAnswerWaitsAndSurvivesTheClose() {
    Recording recording = new Recording();
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    ClientStream stream = connection.newStream(recording);
    recording.pauseAtHead = stream;
    stream.sendHead(get(), true);
    receive(channel, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    assertThat(recording.text.toString()).isEqualTo("200 ");
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.close();
    assertThat(recording.text.toString()).isEqualTo("200 ");
    stream.resume();
    assertThat(recording.text.toString()).as("never inside resume").isEqualTo("200 ");
    channel.runPendingTasks();
    assertThat(recording.text.toString()).isEqualTo("200 abc end ");
    channel.finishAndReleaseAll();
  }

  @Test
  void requestsAreFramedByTheirBody() {
    assertThat(sent(Method.GET, null, null)).isEqualTo("GET / HTTP/1.1\r\nhost: b\r\n\r\n");
    assertThat(sent(Method.POST, null, null))
        .isEqualTo("POST / HTTP/1.1\r\nhost: b\r\ncontent-length: 0\r\n\r\n");
    assertThat(sent(Method.POST, "3", "abc"))
        .isEqualTo("POST / HTTP/1.1\r\nhost: b\r\ncontent-length: 3\r\n\r\nabc");
    assertThat(sent(Method.POST, null, "0123456789abcdefg"))
        .isEqualTo(
            "POST / HTTP/1.1\r\nhost: b\r\ntransfer-encoding: chunked\r\n\r\n"
                + "11\r\n0123456789abcdefg\r\n0\r\n\r\n");
  }

  @Test
  void aBodyThatBreaksItsLengthClosesTheConnection() {
    Recording recording = new Recording();
    EmbeddedChannel channel = channelAfter(recording, "3", "abcd");
    assertThat(recording.text.toString()).isEqualTo("reset INTERNAL ");
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
    Recording less = new Recording();
    EmbeddedChannel other = channelAfter(less, "5", "abcd");
    assertThat(less.text.toString()).isEqualTo("reset INTERNAL ");
    assertThat(other.isOpen()).isFalse();
    other.finishAndReleaseAll();
  }

  private static String sent(Method method, @Nullable String length, @Nullable String body) {
    Recording recording = new Recording();
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    RequestHead head = get();
    head.method(method);
    if (length != null) {
      head.headers().set(HeaderNames.CONTENT_LENGTH, length);
    }
    ClientStream stream = connection.newStream(recording);
    stream.sendHead(head, body == null);
    if (body != null) {
      stream.sendData(Unpooled.copiedBuffer(body, ISO_8859_1), true);
    }
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      text.append(out.toString(ISO_8859_1));
    }
    channel.finishAndReleaseAll();
    return text.toString();
  }

  private static EmbeddedChannel channelAfter(Recording recording, String length, String body) {
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, recording);
    EmbeddedChannel channel = StillChannel.of(connection);
    RequestHead head = get();
    head.method(Method.POST);
    head.headers().set(HeaderNames.CONTENT_LENGTH, length);
    ClientStream stream = connection.newStream(recording);
    stream.sendHead(head, false);
    stream.sendData(Unpooled.copiedBuffer(body, ISO_8859_1), true);
    channel.runPendingTasks();
    return channel;
  }

  private static RequestHead get() {
    RequestHead head = new RequestHead();
    head.path("/");
    head.authority("b");
    return head;
  }

  private static void receive(EmbeddedChannel channel, String raw) {
    channel.writeInbound(Unpooled.copiedBuffer(raw, ISO_8859_1));
    channel.runPendingTasks();
  }

  /** Writes down what it is told. */
  private static final class Recording implements ResponseReceiver, ClientConnection.Listener {
    final StringBuilder text = new StringBuilder();
    private final StringBuilder body = new StringBuilder();
    int available;
    int closed;
    @Nullable ClientStream pauseAtHead;

    @Override
    public void onInformational(ResponseHead head) {
      text.append(head.status()).append(' ');
    }

    @Override
    public void onHead(ResponseHead head, boolean endStream) {
      assertThat(head.headers().contains(HeaderName.of("transfer-encoding"))).isFalse();
      assertThat(head.headers().contains(HeaderName.of("connection"))).isFalse();
      text.append(head.status()).append(' ');
      if (pauseAtHead != null) {
        pauseAtHead.pause();
      }
      end(endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      body.append(data.toString(ISO_8859_1));
      data.release();
      end(endStream);
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {
      flush();
      text.append('{').append(trailers.toString().strip()).append("} ");
      end(true);
    }

    private void flush() {
      if (!body.isEmpty()) {
        text.append(body).append(' ');
        body.setLength(0);
      }
    }

    private void end(boolean endStream) {
      if (endStream) {
        flush();
        text.append("end ");
      }
    }

    @Override
    public void onReset(ProxyError error) {
      flush();
      text.append("reset ").append(error.kind()).append(' ');
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}

    @Override
    public void onStreamAvailable(ClientConnection connection) {
      available++;
    }

    @Override
    public void onDraining(ClientConnection connection) {}

    @Override
    public void onClosed(ClientConnection connection) {
      closed++;
    }
  }
}
