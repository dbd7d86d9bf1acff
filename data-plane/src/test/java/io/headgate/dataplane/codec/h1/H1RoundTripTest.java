package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.Http1;
import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever request the client side writes, the server side reads the same, in any pieces. */
class H1RoundTripTest {
  private static final H1Settings SETTINGS =
      new H1Settings(60 * 1024, 100, H1Settings.Underscores.ALLOW, 0, TestOptions.TRAILERS);
  private static final String TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789-_.~!#$%&'*+^`|";
  private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH", "PURGE"};

  @Test
  void writtenRequestsReadTheSame() {
    for (int seed = 0; seed < 2000; seed++) {
      roundTrip(new Random(seed));
    }
  }

  @Test
  void readRequestsAreWrittenAndReadTheSame() {
    Fuzz.replay("h1-round-trip", 1500, H1RoundTripFuzz::check);
  }

  @Test
  void theFuzzTargetSeesAByteThatIsWrittenWrong() {
    Fuzz.mustFail(
        1500,
        draw ->
            H1RoundTripFuzz.check(
                draw, wire -> new String(wire, ISO_8859_1).replace("v", "w").getBytes(ISO_8859_1)));
  }

  private static void roundTrip(Random random) {
    RequestHead head = new RequestHead();
    head.method(Method.of(METHODS[random.nextInt(METHODS.length)]));
    head.authority("h" + random.nextInt(100) + ".test:" + (1 + random.nextInt(65000)));
    head.path(
        "/" + text(random, TOKEN.replace("#", ""), 40) + (random.nextBoolean() ? "?q=1" : ""));
    for (int i = random.nextInt(20); i > 0; i--) {
      head.headers().add(HeaderName.of("x-" + text(random, TOKEN, 20)), value(random));
    }
    StringBuilder expected = new StringBuilder();
    expected.append(head.method()).append(" http ").append(head.authority()).append(' ');
    expected.append(head.path());
    String body = random.nextInt(3) == 0 ? "" : value(random).repeat(random.nextInt(40));
    boolean withLength = random.nextBoolean();
    boolean trailers = !body.isEmpty() && !withLength && random.nextBoolean();
    if (withLength && !body.isEmpty()) {
      head.headers().set(HeaderNames.CONTENT_LENGTH, body.length());
    }
    boolean bare = body.isEmpty() && !is(head, "GET") && !is(head, "DELETE");
    if (bare) {
      expected.append(" content-length=0");
    }
    HeaderBlock fields = head.headers();
    for (int i = 0; i < fields.size(); i++) {
      expected.append(' ').append(fields.nameAt(i)).append('=').append(fields.valueAt(i));
    }
    expected.append(" |").append(body).append(trailers ? "| x-sum: 1 | end" : "| end");

    byte[] wire = write(head, body, trailers, random);
    RecordingAcceptor acceptor = new RecordingAcceptor();
    EmbeddedChannel server =
        StillChannel.of(new H1ServerConnection(SETTINGS, MemoryConnection.INFO, acceptor));
    for (int at = 0; at < wire.length; ) {
      int n = Math.min(wire.length - at, 1 + random.nextInt(200));
      server.writeInbound(Unpooled.copiedBuffer(wire, at, n));
      server.runPendingTasks();
      at += n;
    }
    assertThat(acceptor.requests).containsExactly(expected.toString());
    server.finishAndReleaseAll();
  }

  private static boolean is(RequestHead head, String method) {
    return head.method().toString().equals(method);
  }

  private static byte[] write(RequestHead head, String body, boolean trailers, Random random) {
    H1ClientConnection connection = new H1ClientConnection(SETTINGS, Http1.Silent.INSTANCE);
    EmbeddedChannel client = StillChannel.of(connection);
    ClientStream stream = connection.newStream(Http1.Silent.INSTANCE);
    stream.sendHead(head, body.isEmpty());
    for (int at = 0; at < body.length(); ) {
      int n = Math.min(body.length() - at, 1 + random.nextInt(5000));
      at += n;
      ByteBuf piece = Unpooled.copiedBuffer(body.substring(at - n, at), ISO_8859_1);
      stream.sendData(piece, at == body.length() && !trailers);
    }
    if (trailers) {
      HeaderBlock block = new HeaderBlock();
      block.add(HeaderName.of("x-sum"), "1");
      block.add(HeaderName.of("authorization"), "never");
      stream.sendTrailers(block);
    }
    client.runPendingTasks();
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf out; (out = client.readOutbound()) != null; out.release()) {
      all.writeBytes(out);
    }
    client.finishAndReleaseAll();
    byte[] wire = new byte[all.readableBytes()];
    all.readBytes(wire);
    return wire;
  }

  private static String text(Random random, String from, int max) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(max); i > 0; i--) {
      text.append(from.charAt(random.nextInt(from.length())));
    }
    return text.toString();
  }

  private static String value(Random random) {
    StringBuilder text = new StringBuilder("v");
    for (int i = random.nextInt(60); i > 0; i--) {
      int c = random.nextInt(256);
      text.append(c < 0x20 || c == 0x7f ? '\t' : (char) c);
    }
    return text.append('v').toString();
  }
}
