package io.headgate.dataplane.http;

import io.netty.channel.EventLoop;

/**
 * A downstream connection as the listener that accepted it sees it, whatever it carries.
 *
 * <p><b>Thread:</b> its event loop.
 */
public interface DownstreamConnection {
  EventLoop eventLoop();

  ConnectionInfo info();

  /** Tells the peer that the connection is near its end, where its protocol can say so. */
  default void announceDrain() {}

  /** Begins nothing new: closes when what is open has ended, now when nothing is. */
  void drain();

  /** Closes at once. */
  void close();
}
