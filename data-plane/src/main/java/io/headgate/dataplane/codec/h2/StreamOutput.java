package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing side of a stream: its window, the body that waits for its turn, and the length that
 * its head has promised.
 *
 * <p><b>Thread:</b> the connection's event loop. <b>Ownership:</b> takes over every buffer it is
 * given.
 */
abstract class StreamOutput {
  final H2Connection connection;
  private int id;
  private int sendWindow;
  private @Nullable ArrayDeque<ByteBuf> queue;
  private int queuedBytes;
  private boolean endQueued;
  private @Nullable HeaderBlock queuedTrailers;
  private boolean localEnded;
  private boolean full;
  private boolean over;
  private long bytesSent;

  /** What of the promised body is still to be sent, negative when nothing was promised. */
  private long promised = -1;

  boolean inRound;
  @Nullable StreamOutput nextInRound;

  StreamOutput(H2Connection connection, int id, int sendWindow) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = sendWindow;
  }

  abstract void deliverWritability(boolean writable);

  /** What was sent contradicts the length that was promised: the peer must not believe it. */
  abstract void breakOff();

  /** The END_STREAM flag was written. */
  abstract void onLocallyEnded();

  final int id() {
    return id;
  }

  /** A stream that we open gets its number and window when its head is sent. */
  final void number(int newId, int window) {
    id = newId;
    sendWindow = window;
  }

  final boolean isOver() {
    return over;
  }

  final boolean localEnded() {
    return localEnded;
  }

  public final long bytesSent() {
    return bytesSent;
  }

  final void addSent(long n) {
    bytesSent += n;
  }

  /** Forgets what waits; nothing is sent any more. */
  void end() {
    over = true;
    ArrayDeque<ByteBuf> out = queue;
    queue = null;
    queuedBytes = 0;
    queuedTrailers = null;
    if (out != null) {
      out.forEach(ByteBuf::release);
    }
  }

  // ---- the promise of the head

  /** The head promises so many bytes; -1 for none. */
  final void promise(long bytes) {
    promised = bytes;
  }

  /** Sends a piece of body, or breaks off when it is more or less than was promised. */
  final void sendPromised(ByteBuf data, boolean end) {
    if (promised >= 0) {
      promised -= data.readableBytes();
      if (promised < 0 || (end && promised > 0)) {
        data.release();
        breakOff();
        return;
      }
    }
    send(data, end);
  }

  /** Sends trailers, or breaks off when some of what was promised is missing. */
  final void sendTrailersPromised(HeaderBlock trailers) {
    if (promised > 0) {
      breakOff();
    } else {
      sendTrailing(trailers);
    }
  }

  // ---- frames

  /** Adds to the window, by WINDOW_UPDATE or new SETTINGS; returns whether it is a legal one. */
  boolean growSendWindow(int increment) {
    long grown = (long) sendWindow + increment;
    if (grown > Integer.MAX_VALUE) {
      return false;
    }
    sendWindow = (int) grown;
    if (wantsTurn()) {
      connection.sender().add(this);
    }
    return true;
  }

  /** Sends or queues a piece of body. */
  void send(ByteBuf data, boolean end) {
    if (over || localEnded || endQueued) {
      data.release();
      return;
    }
    int n = data.readableBytes();
    if (queuedBytes == 0 && connection.windows().maySendNow(n) && (n <= sendWindow || n == 0)) {
      if (n == 0 && !end) {
        data.release();
        return;
      }
      sendWindow -= n;
      connection.windows().wroteData(n);
      addSent(n + Frames.HEADER_BYTES);
      connection.out().data(id, data, end);
      if (end) {
        endLocally();
      }
      return;
    }
    if (n == 0) {
      data.release();
    } else {
      ArrayDeque<ByteBuf> waiting = queue;
      if (waiting == null) {
        waiting = new ArrayDeque<>(4);
        queue = waiting;
      }
      waiting.add(data);
      queuedBytes += n;
    }
    endQueued = end;
    if (wantsTurn()) {
      connection.sender().add(this);
    }
    if (!full && queuedBytes >= connection.settings().streamBufferBytes()) {
      full = true;
      deliverWritability(false);
    }
  }

  /** Sends trailers behind what waits, and ends this direction. */
  void sendTrailing(HeaderBlock trailers) {
    if (over || localEnded || endQueued) {
      return;
    }
    if (queuedBytes == 0) {
      connection.writeTrailers(this, trailers);
      endLocally();
      return;
    }
    HeaderBlock copy = new HeaderBlock(128, 4);
    copy.copyFrom(trailers);
    queuedTrailers = copy;
    endQueued = true;
  }

  public final boolean isWritable() {
    return !full && !over;
  }

  boolean wantsTurn() {
    return !over && !localEnded && (queuedBytes > 0 ? sendWindow > 0 : endQueued);
  }

  /** Writes one frame; returns false when only the connection's window hinders it. */
  boolean writeTurn(int maxPayload, int connectionWindow) {
    if (!wantsTurn()) {
      return true;
    }
    int n = Math.min(Math.min(queuedBytes, sendWindow), Math.min(maxPayload, connectionWindow));
    if (queuedBytes > 0 && n <= 0) {
      return false;
    }
    queuedBytes -= n;
    boolean last = queuedBytes == 0 && endQueued && queuedTrailers == null;
    sendWindow -= n;
    connection.windows().wroteData(n);
    addSent(n + Frames.HEADER_BYTES);
    connection.out().dataHeader(id, n, last);
    writePieces(n);
    HeaderBlock trailers = queuedTrailers;
    if (queuedBytes == 0 && trailers != null) {
      connection.writeTrailers(this, trailers);
      last = true;
    }
    if (full && queuedBytes <= connection.settings().streamBufferBytes() / 2) {
      full = false;
      deliverWritability(true);
    }
    if (last) {
      endLocally();
    }
    return true;
  }

  private void writePieces(int n) {
    ArrayDeque<ByteBuf> waiting = queue;
    int left = n;
    while (left > 0 && waiting != null) {
      ByteBuf piece = waiting.peek();
      if (piece == null) {
        return;
      }
      int size = piece.readableBytes();
      if (size <= left) {
        waiting.poll();
        left -= size;
        connection.out().dataPiece(piece);
      } else {
        connection.out().dataPiece(piece.readRetainedSlice(left));
        left = 0;
      }
    }
  }

  /** The END_STREAM flag was written. */
  void endLocally() {
    if (!over) {
      localEnded = true;
      onLocallyEnded();
    }
  }
}
