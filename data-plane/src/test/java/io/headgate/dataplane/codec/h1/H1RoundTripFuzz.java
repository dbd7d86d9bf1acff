package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Draw;
import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.Http1;
import io.headgate.dataplane.harness.Http1.Message;
import io.headgate.dataplane.harness.Http1.Reading;
import java.io.ByteArrayOutputStream;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Fuzz target: any bytes read the same in whichever pieces they come, and every request that is
 * read of them, written upstream, is one request there, and the same one.
 */
public final class H1RoundTripFuzz {
  private static final H1Settings[] SETTINGS = {
    new H1Settings(60 * 1024, 100, H1Settings.Underscores.ALLOW, 0, TestOptions.TRAILERS),
    new H1Settings(512, 8, H1Settings.Underscores.REJECT, 0, TestOptions.old(true, "old.test")),
    new H1Settings(60 * 1024, 100, H1Settings.Underscores.DROP, 0, TestOptions.old(false, "")),
  };

  /** A host that allows for the fields which say where a message ends: these are ours to add. */
  private static final H1Settings UPSTREAM =
      new H1Settings(61 * 1024, 104, H1Settings.Underscores.ALLOW, 0, TestOptions.TRAILERS);

  /** Bytes from here on stand for a piece of text, so that little is needed to say much. */
  private static final int FIRST_PIECE = 0xa0;

  private static final String[] PIECES = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\n",
    "POST /up HTTP/1.1\r\nHost: a\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
    "GET http://b:8/p?q HTTP/1.1\r\nHost: b:8\r\n",
    "HEAD / HTTP/1.0\r\n",
    "Host: a\r\n",
    "Content-Length: ",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: ",
    "Connection: ",
    "Connection: close\r\n",
    "keep-alive",
    "Connection: Upgrade\r\nUpgrade: websocket\r\n",
    "Expect: 100-continue\r\n",
    "TE: trailers\r\n",
    "Trailer: x\r\n",
    "Cookie: a=b; c\r\n",
    "x_y: z\r\n",
    "X-A: \t v \r\n",
    "\r\n",
    "\r\n\r\n",
    "5\r\nhello\r\n",
    "3;a=b\r\nabc\r\n",
    "0\r\n",
    "0\r\n\r\n",
    "0\r\nx-sum: 1\r\n\r\n",
    " HTTP/1.1\r\n",
    "http://",
    "://",
    "GET ",
    "/a%2fb/../c",
    "?x=y",
    "#f",
    "user@",
    ": ",
    ",",
    ";",
    "\n",
    "\r",
    "\0",
    "ÿ",
    "v".repeat(300),
  };

  private H1RoundTripFuzz() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Fuzz.one(H1RoundTripFuzz::check, input);
  }

  static void check(Draw draw) {
    check(draw, wire -> wire);
  }

  /** Checks one case; what is written passes a function that a proof may put a fault into. */
  static void check(Draw draw, UnaryOperator<byte[]> wireUpstream) {
    H1Settings settings = SETTINGS[draw.nextInt(SETTINGS.length)];
    int[] places = IntStream.range(0, draw.nextInt(5)).map(_ -> draw.nextInt(1 << 16)).toArray();
    boolean everywhere = draw.nextInt(16) == 1;
    int piece = 1 + draw.nextInt(300);
    byte[] wire = spell(draw.rest());
    int[] cuts =
        everywhere
            ? IntStream.range(0, wire.length).toArray()
            : IntStream.of(places).map(p -> p % (wire.length + 1)).sorted().toArray();
    Reading whole = Http1.read(settings, wire);
    Reading split = Http1.read(settings, wire, cuts);
    assertThat(split.text()).as("read in pieces").isEqualTo(whole.text());
    for (Message message : whole.messages()) {
      if (message.complete) {
        again(message, piece, wireUpstream);
      }
    }
  }

  private static byte[] spell(byte[] input) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (byte b : input) {
      int piece = (b & 0xff) - FIRST_PIECE;
      if (piece >= 0 && piece < PIECES.length) {
        wire.writeBytes(PIECES[piece].getBytes(ISO_8859_1));
      } else {
        wire.write(b);
      }
    }
    return wire.toByteArray();
  }

  private static void again(Message message, int piece, UnaryOperator<byte[]> wireUpstream) {
    byte[] wire = wireUpstream.apply(Http1.write(UPSTREAM, message, piece));
    Reading upstream = Http1.read(UPSTREAM, wire, wire.length / 2);
    assertThat(upstream.errors()).as("what is written is clean").isEmpty();
    assertThat(upstream.messages()).as("one request stays one").hasSize(1);
    Message read = upstream.messages().getFirst();
    assertThat(read.text()).as("written and read again").isEqualTo(message.text());
    assertThat(new String(Http1.write(UPSTREAM, read, piece), ISO_8859_1))
        .as("written once more")
        .isEqualTo(new String(wire, ISO_8859_1));
  }
}
