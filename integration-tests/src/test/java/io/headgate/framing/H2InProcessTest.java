package io.headgate.framing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.codec.h2.H2ClientConnection;
import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.codec.h2.H2ServerConnection;
import io.headgate.dataplane.codec.h2.H2Settings;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.Http2Options.Floods;
import io.headgate.xds.model.http.Http2Options.Keepalive;
import io.headgate.xds.model.http.Http2Options.Windows;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of the corpora of HTTP/2 on our codec alone: whole, byte by byte, and in two pieces
 * split at every offset; the preface itself only in the rows that are about it.
 */
class H2InProcessTest {
  private static final ByteBufAllocator UNWATCHED = new UnpooledByteBufAllocator(false, true);
  private static final ConnectionInfo INFO =
      new ConnectionInfo(
          1, new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.1", 2), null);

  private static final H2Settings SETTINGS =
      new H2Settings(
          new Http2Options(
              4096,
              4,
              new Windows(65535, 65535),
              true,
              true,
              Keepalive.NONE,
              new Floods(10_000, 1_000, 1, 100, 10)),
          2048,
          20,
          UnderscoreHeaders.ALLOW,
          0,
          1 << 16,
          new H2Meters(new Meters().scope("http2")));

  static List<Corpus.Row> requests() {
    return Corpus.read(Corpus.H2, "requests.corpus");
  }

  static List<Corpus.Row> responses() {
    return Corpus.read(Corpus.H2, "responses.corpus");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestsAreTheSameHoweverTheyArrive(Corpus.Row row) {
    byte[] sent = H2Exchange.sent(row);
    String expected = row.expect();
    boolean any = expected.endsWith(", any");
    String wanted = any ? expected.substring(0, expected.lastIndexOf(", ")) : expected;
    everySplit(
        sent.length,
        row.has("bare") ? 2 : Ear.PREFACE.length,
        wanted,
        first -> request(sent, first, any));
  }

  @ParameterizedTest
  @MethodSource("responses")
  void responsesAreTheSameHoweverTheyArrive(Corpus.Row row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!row.has("bare")) {
      out.writeBytes(FrameText.bytes("SETTINGS", "0"));
    }
    out.writeBytes(row.raw());
    byte[] sent = out.toByteArray();
    everySplit(sent.length, 2, row.expect(), first -> response(row, sent, first));
  }

  private static void everySplit(int length, int from, String expected, IntFunction<String> run) {
    assertThat(run.apply(length)).as("in one piece").isEqualTo(expected);
    assertThat(run.apply(1)).as("byte by byte").isEqualTo(expected);
    for (int split = from; split < length; split++) {
      assertThat(run.apply(split)).as("split at %d", split).isEqualTo(expected);
    }
  }

  /** Leaks are looked for byte by byte; looking at every split would take ten times as long. */
  private static EmbeddedChannel channel(ChannelHandler codec, int first) {
    EmbeddedChannel channel = new EmbeddedChannel();
    if (first > 1) {
      channel.config().setAllocator(UNWATCHED);
    }
    channel.pipeline().addLast(codec);
    return channel;
  }

  private static String request(byte[] sent, int first, boolean any) {
    InProcess.Acceptor acceptor = new InProcess.Acceptor();
    EmbeddedChannel channel = channel(new H2ServerConnection(SETTINGS, INFO, acceptor), first);
    Ear ear = new Ear();
    boolean closed = feed(channel, sent, first, ear);
    String outcome = ear.answers() + (closed ? " closed" : ear.pinged() ? " open" : " silent");
    assertThat(channel.finishAndReleaseAll()).isFalse();
    return outcome.strip() + (any ? "" : ", " + acceptor.forwarded());
  }

  private static String response(Corpus.Row row, byte[] sent, int first) {
    H2ClientConnection connection = new H2ClientConnection(SETTINGS, new NoPool());
    EmbeddedChannel channel = channel(connection, first);
    InProcess.Receiver receiver = new InProcess.Receiver();
    RequestHead head = new RequestHead();
    head.method(Method.of(row.method()));
    head.authority("a");
    head.path("/");
    connection.newStream(receiver).sendHead(head, true);
    Ear ear = new Ear();
    feed(channel, sent, first, ear);
    if (row.has("eof")) {
      var _ = channel.close();
    }
    boolean pooled = connection.availableStreams() > 0;
    assertThat(channel.finishAndReleaseAll()).isFalse();
    return receiver.seen() + ", " + ear.complaints() + (pooled ? " pooled" : " closed");
  }

  /**
   * Sends pieces of {@code first} bytes if that is 1, else one of that size and the rest; returns
   * whether our side has ended the connection.
   */
  private static boolean feed(EmbeddedChannel channel, byte[] sent, int first, Ear ear) {
    ByteBuffer said = ByteBuffer.allocate(1 << 13);
    int at = 0;
    while (at < sent.length && channel.isOpen()) {
      int n = first == 1 ? 1 : at == 0 ? first : sent.length - at;
      channel.writeInbound(Unpooled.copiedBuffer(sent, at, n));
      at += n;
    }
    channel.runPendingTasks();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      said.put(out.nioBuffer());
    }
    said.flip();
    if (said.limit() > 0 && said.get(0) == 'P') {
      said.position(Ear.PREFACE.length);
    }
    for (Ear.Frame frame = Ear.next(said); frame != null; frame = Ear.next(said)) {
      ear.take(frame);
    }
    return !channel.isOpen() || ear.answers().contains("GOAWAY");
  }

  private static final class NoPool implements ClientConnection.Listener {
    @Override
    public void onStreamAvailable(ClientConnection same) {}

    @Override
    public void onDraining(ClientConnection same) {}

    @Override
    public void onClosed(ClientConnection same) {}
  }
}
