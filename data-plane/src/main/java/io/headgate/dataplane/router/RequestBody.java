package io.headgate.dataplane.router;

import io.headgate.dataplane.http.ClientStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a request's body that is kept: because no connection is there yet, or because a retry
 * may need it again.
 *
 * <p>Until something is sent every piece stays: who has a connection yet to come is paused at the
 * bound, and what was on its way by then is little. Once it is sent a body stays up to the bound;
 * beyond it the body stops being replayable, and pieces go as soon as they are sent.
 *
 * <p>Thread: confined to the loop. Ownership: owns one reference of each piece that it keeps.
 */
final class RequestBody {

  private final List<ByteBuf> pieces = new ArrayList<>(2);
  private final int bound;
  private boolean replayable;
  private long bytes;

  RequestBody(int bound, boolean replayable) {
    this.bound = bound;
    this.replayable = replayable;
  }

  /** Whether all of the body up to now is here to be sent again. */
  boolean isReplayable() {
    return replayable;
  }

  /** Gives replaying up; pieces that were sent go. */
  void stopReplay(boolean sent) {
    replayable = false;
    if (sent) {
      release();
    }
  }

  /** Bytes kept. */
  long bytes() {
    return bytes;
  }

  /** A piece that cannot be sent yet; taken over. */
  void keep(ByteBuf piece) {
    pieces.add(piece);
    bytes += piece.readableBytes();
  }

  /** A piece that goes out now: sends it, and keeps it as long as it may be needed again. */
  void pass(ByteBuf piece, ClientStream stream, boolean endStream) {
    if (replayable && bytes + piece.readableBytes() <= bound) {
      bytes += piece.readableBytes();
      pieces.add(piece);
      stream.sendData(piece.retainedDuplicate(), endStream);
      return;
    }
    stopReplay(true);
    stream.sendData(piece, endStream);
  }

  /**
   * Sends all that is kept.
   *
   * @param endStream whether the last piece ends the request
   */
  void sendTo(ClientStream stream, boolean endStream) {
    replayable &= bytes <= bound;
    int n = pieces.size();
    for (int i = 0; i < n; i++) {
      ByteBuf piece = pieces.get(i);
      stream.sendData(replayable ? piece.retainedDuplicate() : piece, endStream && i == n - 1);
    }
    if (!replayable) {
      pieces.clear();
      bytes = 0;
    }
  }

  /** All of it in one piece; owned by the caller, what is kept stays. */
  ByteBuf whole() {
    ByteBuf[] all = new ByteBuf[pieces.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = pieces.get(i).retainedDuplicate();
    }
    return Unpooled.wrappedBuffer(all);
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** Lets go of everything. */
  void release() {
    for (ByteBuf piece : pieces) {
      piece.release();
    }
    pieces.clear();
    bytes = 0;
  }
}
