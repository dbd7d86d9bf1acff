package io.headgate.dataplane.http;

import io.netty.channel.EventLoop;

/**
 * A downstream connection as its owner (the listener and {@code hcm}) sees it; a codec implements
 * it.
 *
 * <p><b>Thread:</b> its event loop.
 */
public interface ServerConnection {
  EventLoop eventLoop();

  ConnectionInfo info();

  /** Returns the version that the connection speaks; {@code HTTP_11} for all of HTTP/1. */
  Protocol protocol();

  /**
   * Tells the peer that the connection is near its end, while streams that are on their way are
   * still taken: HTTP/2's first GOAWAY. HTTP/1 has no such message.
   */
  default void announceDrain() {}

  /** Takes no further stream: closes when the open ones have ended, now when there is none. */
  void drain();

  /** Closes at once; open streams are told that they were reset. */
  void close();
}
