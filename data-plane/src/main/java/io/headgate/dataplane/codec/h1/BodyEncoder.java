package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.netty.buffer.ByteBuf;

/**
 * Frames the body of one outgoing message: by the length it promises, by chunks, or by the
 * connection's end. A promised length is kept to the byte, so that no message can run into the
 * next.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class BodyEncoder {
  private static final FieldLines.Line CHUNKED =
      new FieldLines.Line("transfer-encoding", "chunked");
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] LAST_CHUNK_LINE = "0\r\n".getBytes(US_ASCII);

  private enum Framing {
    NOTHING,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private final Output out;
  private final FieldLines lines;
  private final boolean withTrailers;
  private Framing framing = Framing.NOTHING;
  private long remaining;

  BodyEncoder(Output out, FieldLines lines, boolean withTrailers) {
    this.out = out;
    this.lines = lines;
    this.withTrailers = withTrailers;
  }

  /** There is no body: whatever is given is thrown away. */
  void startNothing() {
    framing = Framing.NOTHING;
  }

  /** Chooses the framing from the fields and writes the field of it that is not among them. */
  void start(HeaderBlock headers, boolean mayChunk, ByteBuf head) {
    int i = headers.find(HeaderNames.CONTENT_LENGTH, 0);
    if (i >= 0) {
      remaining = length(headers, i);
      if (remaining >= 0 && headers.find(HeaderNames.CONTENT_LENGTH, i + 1) < 0) {
        framing = Framing.LENGTH;
        return;
      }
      headers.remove(HeaderNames.CONTENT_LENGTH);
    }
    if (mayChunk) {
      framing = Framing.CHUNKED;
      lines.one(CHUNKED, headers, head);
    } else {
      framing = Framing.UNTIL_CLOSE;
    }
  }

  private static long length(HeaderBlock headers, int i) {
    int length = headers.valueLength(i);
    if (length == 0 || length > 18) {
      return -1;
    }
    byte[] b = headers.array();
    long n = 0;
    for (int at = headers.valueOffset(i), end = at + length; at < end; at++) {
      int digit = b[at] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      n = n * 10 + digit;
    }
    return n;
  }

  boolean untilClose() {
    return framing == Framing.UNTIL_CLOSE;
  }

  /** Writes a piece; returns false when it breaks the promised length. */
  boolean data(ByteBuf data, boolean end) {
    switch (framing) {
      case NOTHING -> data.release();
      case LENGTH -> {
        remaining -= data.readableBytes();
        if (remaining < 0) {
          data.release();
          return false;
        }
        out.body(data);
        return !end || remaining == 0;
      }
      case CHUNKED -> {
        out.chunk(data);
        if (end) {
          out.head().writeBytes(LAST_CHUNK);
          out.wrote(LAST_CHUNK.length);
        }
      }
      case UNTIL_CLOSE -> out.body(data);
    }
    return true;
  }

  /** Ends the body with trailers, where the framing can carry them. */
  boolean trailers(HeaderBlock trailers) {
    switch (framing) {
      case NOTHING, UNTIL_CLOSE -> {}
      case LENGTH -> {
        return remaining == 0;
      }
      case CHUNKED -> {
        ByteBuf to = out.head();
        int before = to.writerIndex();
        to.writeBytes(LAST_CHUNK_LINE);
        if (withTrailers) {
          lines.all(trailers, to);
        }
        to.writeShort('\r' << 8 | '\n');
        out.wrote(to.writerIndex() - before);
      }
    }
    return true;
  }
}
