package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection, either side: its windows, what waits to be sent and what waits to be
 * delivered.
 *
 * <pre>
 *   open ──we end──▶ half-closed (local) ──peer ends──▶ over
 *     └──peer ends─▶ half-closed (remote) ──we end───▶ over      (a reset: over at once)
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
abstract class H2Stream {
  final H2Connection connection;
  private int id;

  private int sendWindow;
  private @Nullable ArrayDeque<ByteBuf> queue;
  private int queuedBytes;
  private boolean endQueued;
  private @Nullable HeaderBlock queuedTrailers;
  private boolean localEnded;
  private boolean full;
  boolean inRound;
  @Nullable H2Stream nextInRound;

  private int receiveWindow;
  private int uncredited;
  private boolean remoteEnded;
  private boolean delivered;
  private boolean paused;

  /** A tunnel that was asked for: what the peer sends before the answer waits. */
  private boolean gated;

  private @Nullable ArrayDeque<ByteBuf> held;
  private @Nullable HeaderBlock heldTrailers;

  /** Of the bytes that wait, those that the connection does not wait for. */
  private int heldApart;

  private boolean resuming;

  /** What of the promised body is to come, negative when nothing was promised. */
  private long expected = -1;

  private boolean over;
  private long bytesReceived;
  private long bytesSent;

  H2Stream(H2Connection connection, int id, int sendWindow, int receiveWindow) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  int id() {
    return id;
  }

  /** A stream that we open gets its number and window when its head is sent. */
  void number(int newId, int window) {
    id = newId;
    sendWindow = window;
  }

  // ---- to the receiver

  /** Body bytes; takes over the buffer. */
  abstract void deliverData(ByteBuf data, boolean end);

  abstract void deliverTrailers(HeaderBlock trailers);

  /** The stream is over by a reset; the last call. */
  abstract void deliverReset(ProxyError error);

  abstract void deliverWritability(boolean writable);

  /** Both directions have ended. */
  abstract void deliverEnd();

  // ---- state

  boolean isOver() {
    return over;
  }

  boolean remoteEnded() {
    return remoteEnded;
  }

  boolean localEnded() {
    return localEnded;
  }

  long received() {
    return bytesReceived;
  }

  long sent() {
    return bytesSent;
  }

  void addReceived(long n) {
    bytesReceived += n;
  }

  void addSent(long n) {
    bytesSent += n;
  }

  /** Forgets everything that waits; nothing is sent or delivered any more. */
  void end() {
    over = true;
    ArrayDeque<ByteBuf> out = queue;
    queue = null;
    queuedBytes = 0;
    queuedTrailers = null;
    if (out != null) {
      out.forEach(ByteBuf::release);
    }
    ArrayDeque<ByteBuf> in = held;
    held = null;
    heldTrailers = null;
    if (in != null) {
      for (ByteBuf piece : in) {
        int n = piece.readableBytes();
        connection.credit(null, n, takeApart(n));
        piece.release();
      }
    }
  }

  // ---- sending

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
    if (queuedBytes == 0 && connection.maySendNow(n) && (n <= sendWindow || n == 0)) {
      if (n == 0 && !end) {
        data.release();
        return;
      }
      sendWindow -= n;
      connection.wroteData(n);
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

  boolean isWritable() {
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
    connection.wroteData(n);
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
      connection.onLocalEnd(this);
    }
  }

  // ---- receiving

  /** The message promises so many bytes of body. */
  void expect(long bytes) {
    expected = bytes;
  }

  /** Accounts for a DATA frame; returns whether the window allows it. */
  boolean takeWindow(int flowBytes) {
    receiveWindow -= flowBytes;
    bytesReceived += flowBytes + Frames.HEADER_BYTES;
    return receiveWindow >= 0;
  }

  /** Checks the body's length against what was promised. */
  boolean fitsPromise(int content, boolean end) {
    if (expected < 0) {
      return true;
    }
    expected -= content;
    return expected >= 0 && (!end || expected == 0);
  }

  void markRemoteEnded() {
    remoteEnded = true;
  }

  /** Returns how much window to give back now, 0 when it can wait. */
  int consumed(int n, int window) {
    uncredited += n;
    if (remoteEnded || over || uncredited < window / 2) {
      return 0;
    }
    int give = uncredited;
    uncredited = 0;
    receiveWindow += give;
    return give;
  }

  /** Delivers a piece, or holds it while the receiver pauses. */
  void receive(ByteBuf data, boolean end) {
    if (mustHold()) {
      ArrayDeque<ByteBuf> waiting = held;
      if (waiting == null) {
        waiting = new ArrayDeque<>(4);
        held = waiting;
      }
      heldApart += connection.hold(data.readableBytes());
      waiting.add(data);
      return;
    }
    connection.credit(this, data.readableBytes());
    delivered = end;
    deliverData(data, end);
  }

  void receiveTrailers(HeaderBlock trailers) {
    if (mustHold()) {
      HeaderBlock copy = new HeaderBlock(128, 4);
      copy.copyFrom(trailers);
      heldTrailers = copy;
      return;
    }
    delivered = true;
    if (trailers.isEmpty()) {
      deliverData(Unpooled.EMPTY_BUFFER, true);
    } else {
      deliverTrailers(trailers);
    }
  }

  /** So many bytes wait no longer: returns how many of them the connection did not wait for. */
  private int takeApart(int n) {
    int apart = Math.min(n, heldApart);
    heldApart -= apart;
    connection.letGo(apart);
    return apart;
  }

  private boolean mustHold() {
    return paused || gated || isHolding();
  }

  private boolean isHolding() {
    ArrayDeque<ByteBuf> waiting = held;
    return (waiting != null && !waiting.isEmpty()) || heldTrailers != null;
  }

  void pauseReceiving() {
    paused = true;
  }

  void resumeReceiving() {
    if (!paused) {
      return;
    }
    paused = false;
    deliverLater();
  }

  void closeGate() {
    gated = true;
  }

  void openGate() {
    gated = false;
    deliverLater();
  }

  private void deliverLater() {
    if (isHolding() && !resuming) {
      resuming = true;
      connection.eventLoop().execute(this::deliverHeld);
    }
  }

  private void deliverHeld() {
    resuming = false;
    ArrayDeque<ByteBuf> waiting = held;
    while (!over && !paused && !gated && waiting != null && !waiting.isEmpty()) {
      ByteBuf piece = waiting.poll();
      boolean last = waiting.isEmpty() && remoteEnded && heldTrailers == null;
      int n = piece.readableBytes();
      connection.credit(this, n, takeApart(n));
      delivered = last;
      deliverData(piece, last);
    }
    HeaderBlock trailers = heldTrailers;
    if (!over && !paused && !gated && trailers != null) {
      heldTrailers = null;
      receiveTrailers(trailers);
    }
    if (!over) {
      connection.closeIfEnded(this);
    }
  }

  void markDelivered() {
    delivered = true;
  }

  /** Returns whether the receiver has been told of the end of the other direction. */
  boolean isDelivered() {
    return delivered;
  }
}
