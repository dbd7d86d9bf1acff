package io.headgate.dataplane.codec.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.harness.RecordingAcceptor;
import io.headgate.dataplane.harness.StillChannel;
import io.headgate.dataplane.observe.Meters;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What a client must not do, and what it is told then: each case in one piece, and cut in two at
 * every byte.
 */
class H2ErrorsTest {
  private static final String STREAM_PROTOCOL = "RST_STREAM 1 1";

  private final Map<String, Wire> frames = new LinkedHashMap<>();
  private final Map<String, String> answers = new LinkedHashMap<>();

  private void add(String name, Wire wire, String last) {
    frames.put(name, wire);
    answers.put(name, last);
  }

  /** A request whose fields are wrong; its stream is reset. */
  private void malformed(String name, String... fields) {
    add(name, Wire.frames().headers(1, true, fields), STREAM_PROTOCOL);
  }

  private static String[] get(int at, String value) {
    String[] fields = Wire.GET.clone();
    fields[at] = value;
    return fields;
  }

  private static String[] without(int at) {
    List<String> fields = new ArrayList<>(List.of(Wire.GET));
    fields.subList(at, at + 2).clear();
    return fields.toArray(new String[0]);
  }

  private void connectionErrors() {
    byte[] block = Wire.block(Wire.GET);
    add("frame too large", Wire.frames().raw(16385, Frames.DATA, 0, 1), "GOAWAY 0 6");
    add("headers on stream 0", Wire.frames().headers(0, true, Wire.GET), "GOAWAY 0 1");
    add("headers on an even stream", Wire.frames().headers(2, true, Wire.GET), "GOAWAY 0 1");
    add("stream number goes back", Wire.frames().get(5).get(3), "GOAWAY 5 1");
    add("headers on a stream that ended", Wire.frames().get(1).get(1), "GOAWAY 1 5");
    add("data on an idle stream", Wire.frames().data(1, true, "x"), "GOAWAY 0 1");
    add("data on stream 0", Wire.frames().data(0, true, "x"), "GOAWAY 0 1");
    add("data on a stream that ended", Wire.frames().get(1).data(1, true, "x"), "GOAWAY 1 5");
    add("reset of an idle stream", Wire.frames().reset(1, 8), "GOAWAY 0 1");
    add("reset of stream 0", Wire.frames().reset(0, 8), "GOAWAY 0 1");
    add("reset too short", Wire.frames().get(1).raw(3, 0, 1, new byte[3]), "GOAWAY 1 6");
    add("window of an idle stream", Wire.frames().window(1, 1), "GOAWAY 0 1");
    add("window of nothing", Wire.frames().window(0, 0), "GOAWAY 0 1");
    add("window too large", Wire.frames().window(0, Integer.MAX_VALUE), "GOAWAY 0 3");
    add("window update too short", Wire.frames().raw(8, 0, 0, new byte[3]), "GOAWAY 0 6");
    add("priority of stream 0", Wire.frames().priority(0, 3), "GOAWAY 0 1");
    add("priority on itself, idle", Wire.frames().priority(1, 1), "GOAWAY 0 1");
    add("settings on a stream", Wire.frames().raw(4, 0, 1, new byte[6]), "GOAWAY 0 1");
    add("settings too short", Wire.frames().raw(4, 0, 0, new byte[5]), "GOAWAY 0 6");
    add("settings acknowledged with more", Wire.frames().raw(4, 1, 0, new byte[6]), "GOAWAY 0 6");
    add("push enabled by 2", Wire.frames().settings(2, 2), "GOAWAY 0 1");
    add("initial window too large", Wire.frames().settings(4, -1), "GOAWAY 0 3");
    add("frame size too small", Wire.frames().settings(5, 16383), "GOAWAY 0 1");
    add("frame size too large", Wire.frames().settings(5, 1 << 24), "GOAWAY 0 1");
    add("ping on a stream", Wire.frames().raw(6, 0, 1, new byte[8]), "GOAWAY 0 1");
    add("ping too short", Wire.frames().raw(6, 0, 0, new byte[7]), "GOAWAY 0 6");
    add("goaway on a stream", Wire.frames().raw(7, 0, 1, new byte[8]), "GOAWAY 0 1");
    add("a client pushes", Wire.frames().raw(5, 4, 1, new byte[8]), "GOAWAY 0 1");
    add("continuation of nothing", Wire.frames().raw(9, 4, 1, block), "GOAWAY 0 1");
    add("a block interrupted", Wire.frames().raw(1, 1, 1, block).ping(false, 1), "GOAWAY 0 1");
    add(
        "a block continued elsewhere",
        Wire.frames().raw(1, 1, 1, block).raw(9, 4, 3, block),
        "GOAWAY 0 1");
    add(
        "padding longer than the frame",
        Wire.frames().raw(1, 13, 1, new byte[] {9, 1}),
        "GOAWAY 0 1");
    add("no room for the padding's length", Wire.frames().raw(1, 13, 1, new byte[0]), "GOAWAY 0 6");
    add("no compression", Wire.frames().raw(1, 5, 1, new byte[] {-128}), "GOAWAY 0 9");
  }

  private void streamErrors() {
    Wire posted = Wire.frames().headers(1, false, Wire.POST);
    add(
        "data after the end",
        Wire.frames().headers(1, false, Wire.POST).data(1, true, "x"),
        "DATA 1 ok end");
    add(
        "priority on itself",
        Wire.frames().headers(1, false, Wire.POST).priority(1, 1),
        STREAM_PROTOCOL);
    add(
        "priority too short",
        Wire.frames().headers(1, false, Wire.POST).raw(2, 0, 1, new byte[4]),
        "RST_STREAM 1 6");
    add("window of 0", posted.window(1, 0), STREAM_PROTOCOL);
    add(
        "stream window too large",
        Wire.frames().headers(1, false, Wire.POST).window(1, Integer.MAX_VALUE),
        "RST_STREAM 1 3");
    add(
        "frames after a reset",
        Wire.frames().headers(1, false, Wire.POST).reset(1, 8).data(1, true, "x"),
        "RST_STREAM 1 5");
    add(
        "the body of a malformed head is on its way",
        Wire.frames()
            .headers(1, false, Wire.with(Wire.POST, "te", "gzip"))
            .data(1, false, "x")
            .headers(1, true, "a", "b")
            .ping(false, 7),
        "PING 7 ack");
    add(
        "trailers that do not end",
        Wire.frames().headers(1, false, Wire.POST).headers(1, false, "a", "b"),
        STREAM_PROTOCOL);
    add(
        "pseudo field in trailers",
        Wire.frames().headers(1, false, Wire.POST).headers(1, true, ":path", "/"),
        STREAM_PROTOCOL);
    String[] sized = Wire.with(Wire.POST, "content-length", "3");
    add(
        "body too long",
        Wire.frames().headers(1, false, sized).data(1, true, "four"),
        STREAM_PROTOCOL);
    add(
        "body too short",
        Wire.frames().headers(1, false, sized).data(1, true, "2!"),
        STREAM_PROTOCOL);
    add(
        "body ends by trailers too soon",
        Wire.frames().headers(1, false, sized).headers(1, true, "a", "b"),
        STREAM_PROTOCOL);
    add("no body at all", Wire.frames().headers(1, true, sized), STREAM_PROTOCOL);
    add(
        "a fifth stream",
        Wire.frames()
            .headers(1, false, Wire.POST)
            .headers(3, false, Wire.POST)
            .headers(5, false, Wire.POST)
            .headers(7, false, Wire.POST)
            .get(9),
        "RST_STREAM 9 7");
  }

  private void malformedMessages() {
    malformed("upper case", Wire.with(Wire.GET, "X-Up", "v"));
    malformed("no name", Wire.with(Wire.GET, "", "v"));
    malformed("a space in a name", Wire.with(Wire.GET, "a b", "v"));
    malformed("CR", Wire.with(Wire.GET, "a", "v\rw"));
    malformed("LF", Wire.with(Wire.GET, "a", "v\nw"));
    malformed("NUL", Wire.with(Wire.GET, "a", "v\0w"));
    malformed("a space before a value", Wire.with(Wire.GET, "a", " v"));
    malformed("unknown pseudo field", Wire.with(Wire.GET, ":foo", "v"));
    malformed("pseudo field of answers", Wire.with(Wire.GET, ":status", "200"));
    malformed("pseudo field behind others", "a", "b", ":method", "GET", ":path", "/");
    malformed("method twice", Wire.with(Wire.GET, ":method", "GET"));
    malformed("path twice", Wire.with(Wire.GET, ":path", "/"));
    malformed("scheme twice", Wire.with(Wire.GET, ":scheme", "http"));
    malformed("authority twice", Wire.with(Wire.GET, ":authority", "a.test"));
    malformed("no method", without(0));
    malformed("no scheme", without(2));
    malformed("no path", without(6));
    malformed("empty path", get(7, ""));
    malformed("method that is none", get(1, "G T"));
    malformed("scheme that is none", get(3, "ftp"));
    malformed("host that disagrees", Wire.with(Wire.GET, "host", "b.test"));
    malformed("host twice", Wire.with(Wire.GET, "host", "a.test", "host", "a.test"));
    malformed("connect with a path", get(1, "CONNECT"));
    malformed("protocol without connect", Wire.with(Wire.GET.clone(), ":protocol", "websocket"));
    malformed("te", Wire.with(Wire.GET, "te", "gzip"));
    malformed("length twice", Wire.with(Wire.GET, "content-length", "0", "content-length", "0"));
    malformed("length that is none", Wire.with(Wire.GET, "content-length", "+0"));
    for (String name :
        List.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade")) {
      malformed(name, Wire.with(Wire.GET, name, "x"));
    }
  }

  @TestFactory
  Stream<DynamicTest> eachCaseWholeAndCutAnywhere() {
    connectionErrors();
    streamErrors();
    malformedMessages();
    return frames.keySet().stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private void check(String name) {
    byte[] start = Wire.client().ack().bytes();
    byte[] tail = frames.getOrDefault(name, Wire.frames()).bytes();
    byte[] all = Arrays.copyOf(start, start.length + tail.length);
    System.arraycopy(tail, 0, all, start.length, tail.length);
    List<String> whole = run(all, all.length);
    assertThat(whole).last().isEqualTo(answers.get(name));
    for (int cut = start.length - 20; cut < all.length; cut++) {
      assertThat(run(all, cut)).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  private static List<String> run(byte[] all, int cut) {
    RecordingAcceptor acceptor = new RecordingAcceptor();
    EmbeddedChannel channel =
        StillChannel.of(
            new H2ServerConnection(TestSettings.of(new Meters()), MemoryConnection.INFO, acceptor));
    channel.writeInbound(Unpooled.copiedBuffer(all, 0, cut));
    channel.writeInbound(Unpooled.copiedBuffer(all, cut, all.length - cut));
    channel.runPendingTasks();
    List<String> said = new ArrayList<>(new Wire.Reader().read(channel));
    assertThat(channel.finishAndReleaseAll()).isFalse();
    acceptor.requests.forEach(request -> said.addFirst(request));
    return said;
  }
}
