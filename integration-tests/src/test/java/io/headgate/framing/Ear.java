package io.headgate.framing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hears what one side of an HTTP/2 connection says, and repeats it in the words of the corpus: what
 * became of each stream, then GOAWAY. May be fed by one thread and asked by another.
 */
final class Ear {
  /** What a client says before its frames. */
  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  /** The ping that the tests send behind a row; its answer says that the row was read. */
  static final byte[] PING = FrameText.bytes("PING", "0 \"corpus!!\"");

  private static final List<String> CODES =
      List.of(
          "NO_ERROR",
          "PROTOCOL_ERROR",
          "INTERNAL_ERROR",
          "FLOW_CONTROL_ERROR",
          "SETTINGS_TIMEOUT",
          "STREAM_CLOSED",
          "FRAME_SIZE_ERROR",
          "REFUSED_STREAM",
          "CANCEL",
          "COMPRESSION_ERROR",
          "CONNECT_ERROR",
          "ENHANCE_YOUR_CALM",
          "INADEQUATE_SECURITY",
          "HTTP_1_1_REQUIRED");

  /** A frame as it was read. */
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean is(String name) {
      return type == FrameText.type(name);
    }

    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final Map<Integer, StringBuilder> streams = new TreeMap<>();
  private String goAway = "";
  private boolean pinged;

  /** Reads the frame that begins the buffer, or returns null when it is not all there. */
  static @Nullable Frame next(ByteBuffer in) {
    if (in.remaining() < 9) {
      return null;
    }
    int length = in.getInt(in.position()) >>> 8;
    if (in.remaining() < 9 + length) {
      return null;
    }
    byte[] head = new byte[9];
    in.get(head);
    byte[] payload = new byte[length];
    in.get(payload);
    return new Frame(
        head[3], head[4], ByteBuffer.wrap(head).getInt(5) & Integer.MAX_VALUE, payload);
  }

  /** Takes a frame; returns the head if it is one. */
  synchronized @Nullable Http2Headers take(Frame frame) {
    Http2Headers head = null;
    if (frame.is("HEADERS")) {
      head = decode(frame);
      CharSequence status = head.status();
      say(frame.stream(), status == null ? "head" : status.toString());
    } else if (frame.is("RST_STREAM")) {
      say(frame.stream(), "RST(" + code(frame, 0) + ")");
    } else if (frame.is("GOAWAY")) {
      String code = code(frame, 4);
      goAway = code.equals("NO_ERROR") ? goAway : " GOAWAY(" + code + ")"; // else it only leaves
    } else if (frame.is("PING") && frame.has(1)) {
      pinged = true;
    }
    if ((frame.is("HEADERS") || frame.is("DATA")) && frame.has(1)) {
      say(frame.stream(), "end");
    }
    return head;
  }

  private void say(int stream, String what) {
    StringBuilder said = streams.computeIfAbsent(stream, id -> new StringBuilder());
    said.append(said.isEmpty() ? "" : " ").append(what);
  }

  private Http2Headers decode(Frame frame) {
    int from = (frame.has(8) ? 1 : 0) + (frame.has(32) ? 5 : 0);
    int to = frame.payload().length - (frame.has(8) ? frame.payload()[0] & 0xff : 0);
    try {
      return decoder.decodeHeaders(
          frame.stream(), Unpooled.wrappedBuffer(Arrays.copyOfRange(frame.payload(), from, to)));
    } catch (Http2Exception e) {
      throw new IllegalStateException("a peer's head cannot be read", e);
    }
  }

  private static String code(Frame frame, int offset) {
    int code = ByteBuffer.wrap(frame.payload()).getInt(offset);
    return code >= 0 && code < CODES.size() ? CODES.get(code) : Integer.toString(code);
  }

  /** Returns whether the ping behind the row was answered. */
  synchronized boolean pinged() {
    return pinged;
  }

  /** Returns what became of the streams of a peer that answers, for example {@code 1:200}. */
  synchronized String answers() {
    StringBuilder text = new StringBuilder();
    streams.forEach((id, said) -> {
      String of = said.toString();
      boolean whole = of.endsWith(" end") || of.contains("RST(");
      text.append(' ').append(id).append(':');
      text.append(of.replace(" end", "").replace(' ', '+')).append(whole ? "" : "...");
    });
    return (text + goAway).strip();
  }

  /** Returns how a peer that asked took the answers: its errors, or {@code -}. */
  synchronized String complaints() {
    StringBuilder text = new StringBuilder();
    streams
        .values()
        .forEach(said -> {
          int at = said.indexOf("RST(");
          text.append(at < 0 ? "" : " " + said.substring(at));
        });
    String said = (text + goAway).strip();
    return said.isEmpty() ? "-" : said;
  }
}
