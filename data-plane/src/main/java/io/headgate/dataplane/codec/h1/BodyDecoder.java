package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Takes the body of one message after another out of a connection's bytes: by length, by chunks, or
 * until the end of the connection. Strict (RFC 9112 §7.1): hexadecimal digits only, CRLF only,
 * extensions well-formed and at most 1 KiB in all of a message. One object per connection.
 *
 * <p>Call {@link #next} until it says {@link #MORE}; what {@link #data} then returns belongs to the
 * caller.
 */
final class BodyDecoder {
  /** Wants more bytes. */
  static final int MORE = 0;

  /** {@link #data} holds a piece of the body, and more may follow. */
  static final int DATA = 1;

  /** {@link #data} holds the last piece, perhaps an empty one. */
  static final int LAST_DATA = 2;

  /** The body ended with trailers, which are in {@link #trailers}. */
  static final int TRAILERS = 3;

  /** The framing is broken; {@link #error} says how. */
  static final int ERROR = -1;

  private static final int MAX_EXTENSION_BYTES = 1024;

  private enum State {
    NONE,
    LENGTH,
    UNTIL_CLOSE,
    SIZE,
    EXTENSION,
    QUOTED,
    QUOTED_PAIR,
    SIZE_LF,
    CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    TRAILER,
    BROKEN
  }

  private final H1Settings settings;
  private final Fields trailerFields;
  private final HeadFinder trailerFinder = new HeadFinder();
  private final HeaderBlock trailers = new HeaderBlock(128, 4);

  private State state = State.NONE;
  private long remaining;
  private int digits;
  private int extensionBytes;
  private ByteBuf data = Unpooled.EMPTY_BUFFER;
  private String error = "";

  BodyDecoder(H1Settings settings) {
    this.settings = settings;
    this.trailerFields = new Fields(settings);
  }

  void startLength(long length) {
    state = State.LENGTH;
    remaining = length;
  }

  void startChunked() {
    state = State.SIZE;
    remaining = 0;
    digits = 0;
    extensionBytes = 0;
  }

  void startUntilClose() {
    state = State.UNTIL_CLOSE;
  }

  boolean untilClose() {
    return state == State.UNTIL_CLOSE;
  }

  ByteBuf data() {
    ByteBuf out = data;
    data = Unpooled.EMPTY_BUFFER;
    return out;
  }

  HeaderBlock trailers() {
    return trailers;
  }

  String error() {
    return error;
  }

  /** Reads on. */
  int next(ByteBuf in) {
    while (true) {
      switch (state) {
        case LENGTH -> {
          int n = (int) Math.min(remaining, in.readableBytes());
          if (n == 0) {
            return MORE;
          }
          data = in.readRetainedSlice(n);
          remaining -= n;
          if (remaining == 0) {
            state = State.NONE;
            return LAST_DATA;
          }
          return DATA;
        }
        case UNTIL_CLOSE -> {
          if (!in.isReadable()) {
            return MORE;
          }
          data = in.readRetainedSlice(in.readableBytes());
          return DATA;
        }
        case CHUNK -> {
          int n = (int) Math.min(remaining, in.readableBytes());
          if (n == 0) {
            return MORE;
          }
          data = in.readRetainedSlice(n);
          remaining -= n;
          if (remaining == 0) {
            state = State.CHUNK_CR;
          }
          return DATA;
        }
        case TRAILER -> {
          return trailer(in);
        }
        case NONE, BROKEN -> {
          return MORE;
        }
        case SIZE, EXTENSION, QUOTED, QUOTED_PAIR, SIZE_LF, CHUNK_CR, CHUNK_LF -> {
          if (!in.isReadable()) {
            return MORE;
          }
          if (!framing(in.readByte())) {
            state = State.BROKEN;
            error = "http1.codec_error";
            return ERROR;
          }
        }
      }
    }
  }

  /** Takes one byte of chunk framing; returns whether it may stand there. */
  private boolean framing(byte c) {
    return switch (state) {
      case SIZE -> size(c);
      case EXTENSION -> extension(c);
      case QUOTED -> {
        if (c == '"') {
          state = State.EXTENSION;
        } else if (c == '\\') {
          state = State.QUOTED_PAIR;
        }
        yield isQuotable(c) && ++extensionBytes <= MAX_EXTENSION_BYTES;
      }
      case QUOTED_PAIR -> {
        state = State.QUOTED;
        yield isQuotable(c) && ++extensionBytes <= MAX_EXTENSION_BYTES;
      }
      case SIZE_LF -> {
        if (c != '\n') {
          yield false;
        }
        if (remaining == 0) {
          state = State.TRAILER;
          trailerFinder.reset();
        } else {
          state = State.CHUNK;
        }
        digits = 0;
        yield true;
      }
      case CHUNK_CR -> {
        state = State.CHUNK_LF;
        yield c == '\r';
      }
      case CHUNK_LF -> {
        state = State.SIZE;
        remaining = 0;
        yield c == '\n';
      }
      case NONE, LENGTH, UNTIL_CLOSE, CHUNK, TRAILER, BROKEN -> false;
    };
  }

  private boolean size(byte c) {
    int digit = Character.digit(c, 16);
    if (digit >= 0 && c > 0) {
      remaining = remaining << 4 | digit;
      return ++digits <= 15;
    }
    if (digits == 0) {
      return false;
    }
    if (c == '\r') {
      state = State.SIZE_LF;
      return true;
    }
    state = State.EXTENSION;
    // BWS before the semicolon is what requests are smuggled with; only the semicolon may follow.
    return c == ';' && ++extensionBytes <= MAX_EXTENSION_BYTES;
  }

  private boolean extension(byte c) {
    if (c == '\r') {
      state = State.SIZE_LF;
      return true;
    }
    if (c == '"') {
      state = State.QUOTED;
    }
    return isQuotable(c) && ++extensionBytes <= MAX_EXTENSION_BYTES;
  }

  private static boolean isQuotable(byte c) {
    return c == '\t' || (c >= ' ' && c != 0x7f) || c < 0;
  }

  /** Reads the trailer section, or the empty line in its place. */
  private int trailer(ByteBuf in) {
    if (in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == ('\r' << 8 | '\n')) {
      in.skipBytes(2);
      state = State.NONE;
      return LAST_DATA;
    }
    if (in.isReadable() && in.getByte(in.readerIndex()) == '\n') {
      return broken("http1.codec_error");
    }
    int length = trailerFinder.find(in);
    if (length == HeadFinder.BARE_LF) {
      return broken("http1.codec_error");
    }
    if (length > settings.maxHeadBytes()
        || (length < 0 && in.readableBytes() > settings.maxHeadBytes())) {
      return broken("http1.headers_too_large");
    }
    if (length < 0) {
      return MORE;
    }
    trailers.clear();
    int at = trailers.adopt(in, in.readerIndex(), length);
    in.skipBytes(length);
    String wrong = trailerFields.parse(trailers, at, at + length);
    if (wrong != null) {
      return broken(wrong);
    }
    state = State.NONE;
    if (!settings.trailers()) {
      return LAST_DATA;
    }
    Trailers.removeForbidden(trailers);
    return trailers.isEmpty() ? LAST_DATA : TRAILERS;
  }

  private int broken(String how) {
    state = State.BROKEN;
    error = how;
    return ERROR;
  }
}
