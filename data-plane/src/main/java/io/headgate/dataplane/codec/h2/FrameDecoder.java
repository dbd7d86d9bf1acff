package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.observe.Counter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames and checks what the framing layer itself demands: lengths,
 * stream numbers that must or must not be zero, padding, the order of header blocks. DATA is passed
 * on as it arrives; other frames wait until they are whole.
 *
 * <p><i>Spec:</i> RFC 9113 §4 and §6. <b>Thread:</b> the connection's event loop.
 */
final class FrameDecoder {
  private final H2Connection connection;
  private final Budgets budgets;
  private final int maxBlockBytes;
  private byte[] block = new byte[512];
  private int blockLength;

  /** The stream whose header block goes on in CONTINUATION, 0 when there is none. */
  private int blockStream;

  private boolean blockEndsStream;
  private boolean blockDependsOnItself;

  private boolean settingsSeen;
  private @Nullable H2Stream dataStream;
  private int dataLeft;
  private int paddingLeft;
  private boolean dataEndsStream;
  private boolean inData;

  FrameDecoder(H2Connection connection, Budgets budgets, int maxHeadBytes) {
    this.connection = connection;
    this.budgets = budgets;
    this.maxBlockBytes = maxHeadBytes + Frames.MAX_PAYLOAD;
  }

  /** Returns whether a header block has begun and is not complete. */
  boolean isInsideBlock() {
    return blockStream != 0;
  }

  /** Takes one frame, or what there is of a DATA frame; returns whether there may be more. */
  boolean next(ByteBuf in) {
    if (inData) {
      return data(in);
    }
    if (in.readableBytes() < Frames.HEADER_BYTES) {
      return false;
    }
    int start = in.readerIndex();
    int length = in.getUnsignedMedium(start);
    int type = in.getUnsignedByte(start + 3);
    int flags = in.getByte(start + 4);
    int id = in.getInt(start + 5) & 0x7fffffff;
    if (length > Frames.MAX_PAYLOAD) {
      return fail(H2Code.FRAME_SIZE_ERROR, "http2.frame_too_large");
    }
    if (!settingsSeen) {
      if (type != Frames.SETTINGS || (flags & Frames.ACK) != 0) {
        return fail(H2Code.PROTOCOL_ERROR, "http2.no_settings");
      }
      settingsSeen = true;
    }
    if (blockStream != 0 && (type != Frames.CONTINUATION || id != blockStream)) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.header_block_interrupted");
    }
    if (type == Frames.DATA) {
      return beginData(in, length, flags, id);
    }
    if (in.readableBytes() < Frames.HEADER_BYTES + length) {
      return false;
    }
    in.skipBytes(Frames.HEADER_BYTES);
    int end = in.readerIndex() + length;
    boolean goesOn = frame(in, type, flags, id, length);
    in.readerIndex(end);
    return goesOn && connection.isOpen();
  }

  private boolean frame(ByteBuf in, int type, int flags, int id, int length) {
    return switch (type) {
      case Frames.HEADERS -> headers(in, flags, id, length);
      case Frames.CONTINUATION -> continuation(in, flags, id, length);
      case Frames.PRIORITY -> priority(in, id, length);
      case Frames.RST_STREAM -> {
        if (id == 0) {
          yield fail(H2Code.PROTOCOL_ERROR, "http2.reset_of_connection");
        }
        if (length != 4) {
          yield fail(H2Code.FRAME_SIZE_ERROR, "http2.reset_length");
        }
        connection.onReset(id, in.readInt());
        yield true;
      }
      case Frames.SETTINGS -> settings(in, flags, id, length);
      case Frames.PUSH_PROMISE -> fail(H2Code.PROTOCOL_ERROR, "http2.push");
      case Frames.PING -> {
        if (id != 0) {
          yield fail(H2Code.PROTOCOL_ERROR, "http2.ping_on_stream");
        }
        if (length != 8) {
          yield fail(H2Code.FRAME_SIZE_ERROR, "http2.ping_length");
        }
        if (control()) {
          connection.onPing(in.readLong(), (flags & Frames.ACK) != 0);
        }
        yield true;
      }
      case Frames.GOAWAY -> {
        if (id != 0) {
          yield fail(H2Code.PROTOCOL_ERROR, "http2.goaway_on_stream");
        }
        if (length < 8) {
          yield fail(H2Code.FRAME_SIZE_ERROR, "http2.goaway_length");
        }
        if (control()) {
          connection.onGoAway(in.readInt() & 0x7fffffff, in.readInt());
        }
        yield true;
      }
      case Frames.WINDOW_UPDATE -> windowUpdate(in, id, length);
      default -> control(); // unknown types are ignored (§4.1), as far as the budget goes
    };
  }

  private boolean control() {
    return within(budgets.control(connection.nanoTime()));
  }

  private boolean within(@Nullable Counter exceeded) {
    if (exceeded == null) {
      return true;
    }
    connection.calm(exceeded);
    return false;
  }

  // ---- DATA

  private boolean beginData(ByteBuf in, int length, int flags, int id) {
    boolean padded = (flags & Frames.PADDED) != 0;
    if (id == 0) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.data_on_connection");
    }
    if (padded && length == 0) {
      return fail(H2Code.FRAME_SIZE_ERROR, "http2.padding");
    }
    if (in.readableBytes() < Frames.HEADER_BYTES + (padded ? 1 : 0)) {
      return false;
    }
    in.skipBytes(Frames.HEADER_BYTES);
    int padding = padded ? in.readUnsignedByte() : 0;
    int content = length - padding - (padded ? 1 : 0);
    if (content < 0) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.padding");
    }
    boolean endStream = (flags & Frames.END_STREAM) != 0;
    if (!within(budgets.frame(content == 0 && !endStream))) {
      return false;
    }
    dataStream = connection.onDataBegins(id, length, content, endStream);
    if (!connection.isOpen()) {
      return false;
    }
    dataLeft = content;
    paddingLeft = padding;
    dataEndsStream = endStream;
    inData = true;
    connection.windows().credit(dataStream, length - content);
    if (content == 0) {
      if (endStream && dataStream != null) {
        connection.onData(dataStream, in.readRetainedSlice(0), true);
      }
    }
    return data(in);
  }

  private boolean data(ByteBuf in) {
    H2Stream stream = dataStream;
    if (dataLeft > 0) {
      int n = Math.min(dataLeft, in.readableBytes());
      if (n == 0) {
        return false;
      }
      dataLeft -= n;
      if (stream == null || stream.isOver()) {
        in.skipBytes(n);
        connection.windows().credit(null, n);
      } else {
        connection.onData(stream, in.readRetainedSlice(n), dataLeft == 0 && dataEndsStream);
      }
    }
    int skip = Math.min(paddingLeft, in.readableBytes());
    in.skipBytes(skip);
    paddingLeft -= skip;
    if (dataLeft == 0 && paddingLeft == 0) {
      inData = false;
      dataStream = null;
      return connection.isOpen();
    }
    return connection.isOpen() && in.isReadable();
  }

  // ---- header blocks

  private boolean headers(ByteBuf in, int flags, int id, int length) {
    if (id == 0) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.headers_on_connection");
    }
    int padding = 0;
    int rest = length;
    if ((flags & Frames.PADDED) != 0) {
      if (rest < 1) {
        return fail(H2Code.FRAME_SIZE_ERROR, "http2.padding");
      }
      padding = in.readUnsignedByte();
      rest--;
    }
    blockDependsOnItself = false;
    if ((flags & Frames.WITH_PRIORITY) != 0) {
      if (rest < 5) {
        return fail(H2Code.FRAME_SIZE_ERROR, "http2.priority_length");
      }
      blockDependsOnItself = (in.readInt() & 0x7fffffff) == id;
      in.skipBytes(1);
      rest -= 5;
    }
    if (padding > rest) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.padding");
    }
    rest -= padding;
    blockLength = 0;
    blockEndsStream = (flags & Frames.END_STREAM) != 0;
    budgets.headersBegin();
    return within(
            budgets.frame(rest == 0 && (flags & (Frames.END_STREAM | Frames.END_HEADERS)) == 0))
        && fragment(in, flags, id, rest);
  }

  private boolean continuation(ByteBuf in, int flags, int id, int length) {
    if (blockStream == 0) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.continuation");
    }
    return within(budgets.continuation())
        && within(budgets.frame(length == 0 && (flags & Frames.END_HEADERS) == 0))
        && fragment(in, flags, id, length);
  }

  private boolean fragment(ByteBuf in, int flags, int id, int length) {
    if (blockLength + length > maxBlockBytes) {
      connection.calm(connection.meters().headerOverflow);
      return false;
    }
    if (blockLength + length > block.length) {
      byte[] larger = new byte[Math.max(block.length * 2, blockLength + length)];
      System.arraycopy(block, 0, larger, 0, blockLength);
      block = larger;
    }
    in.readBytes(block, blockLength, length);
    blockLength += length;
    if ((flags & Frames.END_HEADERS) == 0) {
      blockStream = id;
      return true;
    }
    blockStream = 0;
    connection.onHeaders(id, block, blockLength, blockEndsStream, blockDependsOnItself);
    if (block.length > 2 * Frames.MAX_PAYLOAD) {
      block = new byte[512];
    }
    return true;
  }

  // ---- the others

  private boolean priority(ByteBuf in, int id, int length) {
    if (id == 0) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.priority_of_connection");
    }
    if (!within(budgets.priority())) {
      return false;
    }
    if (length != 5) {
      connection.streamError(id, H2Code.FRAME_SIZE_ERROR, "http2.priority_length");
    } else if ((in.readInt() & 0x7fffffff) == id) {
      connection.streamError(id, H2Code.PROTOCOL_ERROR, "http2.self_dependency");
    }
    return true;
  }

  private boolean settings(ByteBuf in, int flags, int id, int length) {
    if (id != 0) {
      return fail(H2Code.PROTOCOL_ERROR, "http2.settings_on_stream");
    }
    if ((flags & Frames.ACK) != 0) {
      if (length != 0) {
        return fail(H2Code.FRAME_SIZE_ERROR, "http2.settings_length");
      }
      if (control()) {
        connection.onSettingsAck();
      }
      return true;
    }
    if (length % 6 != 0) {
      return fail(H2Code.FRAME_SIZE_ERROR, "http2.settings_length");
    }
    if (!control()) {
      return false;
    }
    for (int i = 0; i < length && connection.isOpen(); i += 6) {
      connection.onSetting(in.readUnsignedShort(), in.readUnsignedInt());
    }
    if (connection.isOpen()) {
      connection.onSettingsEnd();
    }
    return true;
  }

  private boolean windowUpdate(ByteBuf in, int id, int length) {
    if (length != 4) {
      return fail(H2Code.FRAME_SIZE_ERROR, "http2.window_update_length");
    }
    if (!within(budgets.windowUpdate())) {
      return false;
    }
    int increment = in.readInt() & 0x7fffffff;
    connection.onWindowUpdate(id, increment);
    return true;
  }

  private boolean fail(int code, String details) {
    connection.fail(code, details);
    return false;
  }
}
