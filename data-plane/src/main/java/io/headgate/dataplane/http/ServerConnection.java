package io.headgate.dataplane.http;

/**
 * A downstream HTTP connection as its owner (the listener and {@code hcm}) sees it; a codec
 * implements it.
 *
 * <p><b>Thread:</b> its event loop.
 */
public interface ServerConnection extends DownstreamConnection {

  /** Returns the version that the connection speaks; {@code HTTP_11} for all of HTTP/1. */
  Protocol protocol();

  /**
   * Tells the peer that the connection is near its end, while streams that are on their way are
   * still taken: HTTP/2's first GOAWAY. HTTP/1 has no such message.
   */
  @Override
  default void announceDrain() {}

  /** Takes no further stream: closes when the open ones have ended, now when there is none. */
  @Override
  void drain();

  /** Closes at once; open streams are told that they were reset. */
  @Override
  void close();
}
