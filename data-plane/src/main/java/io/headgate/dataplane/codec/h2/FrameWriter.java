package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.http.Http2Options.Floods;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing frames of a connection. Heads, control frames and small pieces of bodies gather in
 * one buffer, larger pieces pass as they are; all is flushed once per turn of the event loop.
 *
 * <p>Frames that the socket does not take are counted: a peer that asks and does not read must not
 * fill our memory with answers.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> takes over every buffer it is
 * given.
 */
final class FrameWriter {
  private static final int COPY_LIMIT = 2048;
  private static final int LEAST_ROOM = 2048;
  private static final int MOST_ROOM = 64 * 1024;

  private final ChannelHandlerContext ctx;
  private final Floods floods;
  private final H2Meters meters;
  private final Runnable beforeFlush;
  private final Runnable flushTask = this::flushScheduled;
  private @Nullable ByteBuf gathered;
  private boolean flushScheduled;
  private boolean inRead;
  private boolean dead;
  private int maxPayload = Frames.MAX_PAYLOAD;
  private int frames;
  private int controlFrames;
  private long bytes;
  private int headStart;

  /** What the last turn needed, so that the next one need not grow its buffer. */
  private int room = LEAST_ROOM;

  /**
   * Makes a writer.
   *
   * @param beforeFlush lets waiting bodies write their share
   */
  FrameWriter(ChannelHandlerContext ctx, Floods floods, H2Meters meters, Runnable beforeFlush) {
    this.ctx = ctx;
    this.floods = floods;
    this.meters = meters;
    this.beforeFlush = beforeFlush;
  }

  long bytes() {
    return bytes;
  }

  int maxPayload() {
    return maxPayload;
  }

  /** The peer takes frames of that size; more than 16 KiB at once is of no use to anybody. */
  void maxPayload(int peerSetting) {
    maxPayload = Math.min(peerSetting, Frames.MAX_PAYLOAD);
  }

  private ByteBuf gather() {
    ByteBuf out = gathered;
    if (out == null) {
      out = ctx.alloc().ioBuffer(room);
      gathered = out;
    }
    return out;
  }

  private ByteBuf frame(int length, int type, int flags, int streamId) {
    ByteBuf out = gather();
    out.writeInt(length << 8 | type);
    out.writeByte(flags);
    out.writeInt(streamId);
    return out;
  }

  private void wrote(int payload) {
    bytes += Frames.HEADER_BYTES + payload;
    frames++;
    flushLater();
  }

  private void wroteControl(int payload) {
    controlFrames++;
    wrote(payload);
  }

  // ---- control frames

  void preface() {
    gather().writeBytes(Frames.PREFACE);
    bytes += Frames.PREFACE.length;
  }

  /** Writes SETTINGS from numbers and values in turn. */
  void settings(int[] pairs, int count) {
    ByteBuf out = frame(count * 3, Frames.SETTINGS, 0, 0);
    for (int i = 0; i < count; i += 2) {
      out.writeShort(pairs[i]);
      out.writeInt(pairs[i + 1]);
    }
    wroteControl(count * 3);
  }

  void settingsAck() {
    frame(0, Frames.SETTINGS, Frames.ACK, 0);
    wroteControl(0);
  }

  void ping(long data, boolean ack) {
    frame(8, Frames.PING, ack ? Frames.ACK : 0, 0).writeLong(data);
    wroteControl(8);
  }

  void goAway(int lastStreamId, int code) {
    ByteBuf out = frame(8, Frames.GOAWAY, 0, 0);
    out.writeInt(lastStreamId);
    out.writeInt(code);
    wrote(8);
  }

  void reset(int streamId, int code) {
    frame(4, Frames.RST_STREAM, 0, streamId).writeInt(code);
    meters.resetsSent.add();
    wroteControl(4);
  }

  void windowUpdate(int streamId, int increment) {
    frame(4, Frames.WINDOW_UPDATE, 0, streamId).writeInt(increment);
    wrote(4);
  }

  // ---- heads

  /** Begins a header block; its bytes are written into what it returns. */
  ByteBuf beginHead() {
    ByteBuf out = gather();
    headStart = out.writerIndex();
    out.writeZero(Frames.HEADER_BYTES);
    return out;
  }

  /** Ends the block: HEADERS, with CONTINUATION where one frame is too small. */
  void endHead(int streamId, boolean endStream) {
    ByteBuf out = gather();
    int from = headStart + Frames.HEADER_BYTES;
    int length = out.writerIndex() - from;
    int flags = endStream ? Frames.END_STREAM : 0;
    if (length <= maxPayload) {
      header(out, headStart, length, Frames.HEADERS, flags | Frames.END_HEADERS, streamId);
      wrote(length);
      return;
    }
    byte[] block = new byte[length];
    out.getBytes(from, block);
    out.writerIndex(headStart);
    for (int at = 0; at < length; at += maxPayload) {
      int n = Math.min(maxPayload, length - at);
      int type = at == 0 ? Frames.HEADERS : Frames.CONTINUATION;
      int last = at + n == length ? Frames.END_HEADERS : 0;
      frame(n, type, (at == 0 ? flags : 0) | last, streamId).writeBytes(block, at, n);
      wrote(n);
    }
  }

  private static void header(ByteBuf out, int at, int length, int type, int flags, int streamId) {
    out.setInt(at, length << 8 | type);
    out.setByte(at + 4, flags);
    out.setInt(at + 5, streamId);
  }

  // ---- bodies

  /** Writes a DATA frame over one buffer. */
  void data(int streamId, ByteBuf data, boolean endStream) {
    dataHeader(streamId, data.readableBytes(), endStream);
    dataPiece(data);
  }

  /** Begins a DATA frame; pieces of so many bytes in all must follow. */
  void dataHeader(int streamId, int length, boolean endStream) {
    frame(length, Frames.DATA, endStream ? Frames.END_STREAM : 0, streamId);
    wrote(length);
  }

  void dataPiece(ByteBuf data) {
    int n = data.readableBytes();
    if (n == 0 || dead) {
      data.release();
    } else if (n <= COPY_LIMIT) {
      gather().writeBytes(data);
      data.release();
    } else {
      passGathered();
      var _ = ctx.write(data, ctx.voidPromise());
    }
  }

  // ---- the account and the flush

  /** Returns the counter of the queue that is too long, or null. */
  @Nullable Counter overflow() {
    if (controlFrames <= floods.outboundControlFrames() && frames <= floods.outboundFrames()) {
      return null;
    }
    flushNow();
    if (controlFrames > floods.outboundControlFrames()) {
      return meters.outboundControlFlood;
    }
    return frames > floods.outboundFrames() ? meters.outboundFlood : null;
  }

  void readBegins() {
    inRead = true;
  }

  void readCompletes() {
    inRead = false;
    if (gathered != null || flushScheduled) {
      flush();
    }
  }

  private void flush() {
    beforeFlush.run();
    flushNow();
  }

  void flushNow() {
    flushScheduled = false;
    if (dead) {
      return;
    }
    passGathered();
    ctx.flush();
    if (ctx.channel().bytesBeforeUnwritable()
        >= ctx.channel().config().getWriteBufferHighWaterMark()) {
      frames = 0;
      controlFrames = 0;
    }
  }

  void die() {
    dead = true;
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  private void flushScheduled() {
    if (flushScheduled) {
      flush();
    }
  }

  /** Sees to it that waiting bodies get their turn and what is written goes out. */
  void flushLater() {
    if (!flushScheduled) {
      flushScheduled = true;
      if (!inRead) {
        ctx.channel().eventLoop().execute(flushTask);
      }
    }
  }

  private void passGathered() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      room = Math.clamp(Integer.highestOneBit(out.readableBytes() | 1) * 2, LEAST_ROOM, MOST_ROOM);
      if (out.isReadable() && !dead) {
        var _ = ctx.write(out, ctx.voidPromise());
      } else {
        out.release();
      }
    }
  }
}
