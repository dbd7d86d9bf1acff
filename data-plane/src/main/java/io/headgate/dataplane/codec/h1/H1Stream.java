package io.headgate.dataplane.codec.h1;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.netty.buffer.ByteBuf;

/**
 * The outgoing side of one HTTP/1 exchange, whichever end: its body or tunnel, its demand and its
 * byte counts. Confined to the connection's event loop.
 */
abstract class H1Stream {
  final BodyEncoder body;
  boolean headSent;
  boolean over;
  private final H1Connection connection;
  private final long consumedBefore;
  private final long writtenBefore;
  private boolean tunnel;
  private boolean ended;

  /**
   * Begins a stream.
   *
   * @param consumedBefore the connection's incoming bytes that belong to earlier streams
   */
  H1Stream(H1Connection connection, long consumedBefore) {
    this.connection = connection;
    this.consumedBefore = consumedBefore;
    this.writtenBefore = connection.out().bytes();
    this.body = new BodyEncoder(connection.out(), connection.lines, connection.settings.trailers());
  }

  /** The last byte of the message is written. */
  abstract void onEnded();

  /** What was written contradicts the length that was promised. */
  abstract void abort();

  /** The stream gives up; the connection must not be used any more. */
  abstract void onReset();

  /** The accepting head is out, or came in: from now on bytes are opaque. */
  final void becomeTunnel() {
    tunnel = true;
    ended = false;
    connection.openTunnel();
  }

  final boolean isTunnel() {
    return tunnel;
  }

  final boolean hasEnded() {
    return ended;
  }

  /** The message has ended with what is written. */
  final void end() {
    ended = true;
    onEnded();
  }

  public final void sendData(ByteBuf data, boolean endStream) {
    if (over || !headSent || ended) {
      data.release();
    } else if (tunnel) {
      connection.out().body(data);
      if (endStream) {
        ended = true;
        connection.endTunnelOutput();
      }
    } else if (!body.data(data, endStream)) {
      abort();
    } else if (endStream) {
      end();
    }
  }

  public final void sendTrailers(HeaderBlock trailers) {
    if (over || !headSent || ended || tunnel) {
      return;
    }
    if (body.trailers(trailers)) {
      end();
    } else {
      abort();
    }
  }

  public final void reset(ProxyError reason) {
    if (!over) {
      over = true;
      onReset();
    }
  }

  public final boolean isWritable() {
    return connection.isWritable();
  }

  public final void pause() {
    if (!over) {
      connection.pause();
    }
  }

  public final void resume() {
    if (!over) {
      connection.resume();
    }
  }

  public final long bytesReceived() {
    return connection.consumed - consumedBefore;
  }

  public final long bytesSent() {
    return connection.out().bytes() - writtenBefore;
  }
}
