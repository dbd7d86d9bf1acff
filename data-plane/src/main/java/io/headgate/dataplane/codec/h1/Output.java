package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.Decimals;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing bytes of a connection. Heads and small pieces of bodies gather in one buffer, larger
 * pieces pass as they are; everything is flushed once per turn of the event loop, however many
 * messages wrote.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> takes over every buffer it is
 * given.
 */
final class Output {
  private static final int COPY_LIMIT = 2048;
  private static final int HEAD_ROOM = 1024;

  /** What gathers before the channel is told of it, by which it says when it is full. */
  private static final int GATHER_LIMIT = 16 * 1024;

  private final ChannelHandlerContext ctx;
  private final Runnable flushTask = this::flushScheduled;
  private final byte[] number = new byte[20];
  private @Nullable ByteBuf gathered;
  private boolean flushScheduled;
  private boolean inRead;
  private boolean dead;
  private long bytes;

  Output(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** Returns how many bytes were written since the connection began. */
  long bytes() {
    return bytes;
  }

  /** Returns a buffer to write a head into; the caller reports with {@link #wrote}. */
  ByteBuf head() {
    ByteBuf out = gathered;
    if (out == null) {
      out = ctx.alloc().ioBuffer(HEAD_ROOM);
      gathered = out;
    }
    return out;
  }

  /** Accounts for bytes that were written into {@link #head} and sees to it that they go out. */
  void wrote(int count) {
    bytes += count;
    if (gathered != null && gathered.readableBytes() >= GATHER_LIMIT) {
      passGathered();
    }
    flushLater();
  }

  /** Writes a body piece as it is. */
  void body(ByteBuf data) {
    int n = data.readableBytes();
    if (n == 0 || dead) {
      data.release();
      return;
    }
    if (n <= COPY_LIMIT) {
      head().writeBytes(data);
      data.release();
    } else {
      passGathered();
      var _ = ctx.write(data, ctx.voidPromise());
    }
    wrote(n);
  }

  /** Writes a body piece as one chunk. */
  void chunk(ByteBuf data) {
    int n = data.readableBytes();
    if (n == 0 || dead) {
      data.release();
      return;
    }
    ByteBuf out = head();
    int before = out.writerIndex();
    hex(out, n);
    out.writeShort('\r' << 8 | '\n');
    wrote(out.writerIndex() - before);
    body(data);
    head().writeShort('\r' << 8 | '\n');
    wrote(2);
  }

  /** Writes a decimal number. */
  void decimal(ByteBuf out, long value) {
    out.writeBytes(number, 0, Decimals.write(number, 0, value));
  }

  private static void hex(ByteBuf out, int value) {
    int shift = 28;
    while (shift > 0 && (value >>> shift) == 0) {
      shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
      out.writeByte(Character.forDigit(value >>> shift & 15, 16));
    }
  }

  /** A read began: its completion will flush. */
  void readBegins() {
    inRead = true;
  }

  /** The read is complete: what was written goes out now. */
  void readCompletes() {
    inRead = false;
    if (gathered != null || flushScheduled) {
      flushNow();
    }
  }

  /** Flushes what is there. */
  void flushNow() {
    flushScheduled = false;
    if (!dead) {
      passGathered();
      ctx.flush();
    }
  }

  /** Releases what is kept; nothing is written any more. */
  void die() {
    dead = true;
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  private void flushScheduled() {
    if (flushScheduled) {
      flushNow();
    }
  }

  private void flushLater() {
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
      if (out.isReadable()) {
        var _ = ctx.write(out, ctx.voidPromise());
      } else {
        out.release();
      }
    }
  }
}
