package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection, either side: its states, its incoming window and what waits to be
 * delivered; what goes out is its {@link StreamOutput}.
 *
 * <pre>
 *   open ──we end──▶ half-closed (local) ──peer ends──▶ over
 *     └──peer ends─▶ half-closed (remote) ──we end───▶ over      (a reset: over at once)
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
abstract class H2Stream extends StreamOutput {
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

  private long bytesReceived;

  H2Stream(H2Connection connection, int id, int sendWindow, int receiveWindow) {
    super(connection, id, sendWindow);
    this.receiveWindow = receiveWindow;
  }

  // ---- to the receiver

  /** Body bytes; takes over the buffer. */
  abstract void deliverData(ByteBuf data, boolean end);

  abstract void deliverTrailers(HeaderBlock trailers);

  /** The stream is over by a reset; the last call. */
  abstract void deliverReset(ProxyError error);

  /** Both directions have ended. */
  abstract void deliverEnd();

  // ---- state

  boolean remoteEnded() {
    return remoteEnded;
  }

  /** Returns whether what may be trailers elsewhere has no place in this message. */
  boolean refusesTrailers() {
    return false;
  }

  @Override
  final void onLocallyEnded() {
    connection.onLocalEnd(this);
  }

  public final long bytesReceived() {
    return bytesReceived;
  }

  void addReceived(long n) {
    bytesReceived += n;
  }

  /** Forgets everything that waits; nothing is sent or delivered any more. */
  @Override
  final void end() {
    super.end();
    ArrayDeque<ByteBuf> in = held;
    held = null;
    heldTrailers = null;
    if (in != null) {
      for (ByteBuf piece : in) {
        int n = piece.readableBytes();
        connection.windows().credit(null, n, takeApart(n));
        piece.release();
      }
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
    if (remoteEnded || isOver() || uncredited < window / 2) {
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
      heldApart += connection.windows().hold(data.readableBytes());
      waiting.add(data);
      return;
    }
    connection.windows().credit(this, data.readableBytes());
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
    connection.windows().letGo(apart);
    return apart;
  }

  private boolean mustHold() {
    return paused || gated || isHolding();
  }

  private boolean isHolding() {
    ArrayDeque<ByteBuf> waiting = held;
    return (waiting != null && !waiting.isEmpty()) || heldTrailers != null;
  }

  public final void pause() {
    paused = true;
  }

  public final void resume() {
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
    while (!isOver() && !paused && !gated && waiting != null && !waiting.isEmpty()) {
      ByteBuf piece = waiting.poll();
      boolean last = waiting.isEmpty() && remoteEnded && heldTrailers == null;
      int n = piece.readableBytes();
      connection.windows().credit(this, n, takeApart(n));
      delivered = last;
      deliverData(piece, last);
    }
    HeaderBlock trailers = heldTrailers;
    if (!isOver() && !paused && !gated && trailers != null) {
      heldTrailers = null;
      receiveTrailers(trailers);
    }
    if (!isOver()) {
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
