package io.headgate.dataplane.http;

import io.netty.channel.EventLoop;
import java.net.SocketAddress;

/**
 * An established upstream connection: a codec implements it, pools and the router call it.
 *
 * <p><b>Thread:</b> its event loop, which is that of every downstream stream it serves.
 */
public interface ClientConnection {
  /** Told about the life of a connection; implemented by its pool. */
  interface Listener {
    /**
     * A stream ended, or the peer allows more, and {@link #availableStreams()} has grown: the
     * connection may be used again. {@link #activeStreams()} does not count the stream that ended.
     * Never called for a connection that must not be reused; that one closes.
     */
    void onStreamAvailable(ClientConnection connection);

    /** The peer wants no further streams (GOAWAY, {@code Connection: close}); open ones go on. */
    void onDraining(ClientConnection connection);

    /** The connection is closed; its open streams were reset before. */
    void onClosed(ClientConnection connection);
  }

  EventLoop eventLoop();

  SocketAddress remote();

  SocketAddress local();

  Protocol protocol();

  /** Returns how many streams may be opened now: 0 or 1 for HTTP/1. */
  int availableStreams();

  /** Returns how many streams are open. */
  int activeStreams();

  /**
   * Opens a stream.
   *
   * @throws IllegalStateException when none is available
   */
  ClientStream newStream(ResponseReceiver receiver);

  /** Closes it at once; open streams are reset with {@link ErrorKind#LOCAL_RESET}. */
  void close();

  /** Returns whether it was this side that closed it. */
  boolean isClosedByUs();

  /** Closes it when its last open stream has ended; now when none is open. */
  void drain();
}
