package io.headgate.dataplane.http;

/**
 * Takes the streams of one downstream connection: {@code hcm} implements it, the connection's codec
 * calls it. Several streams may be open at a time, except in HTTP/1.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public interface StreamAcceptor {
  /** A stream opened; its request's head follows at once. */
  RequestReceiver newStream(ServerStream stream);

  /**
   * The peer broke the protocol so that no stream could open. The codec has answered with that
   * status, 0 for none; HTTP/1 closes the connection.
   */
  void onProtocolError(ConnectionInfo connection, ProxyError error, int status);

  /** Completes the head of an answer that the codec gives itself, before it is sent. */
  default void completeRefusal(ResponseHead head) {}

  /** The peer let the time pass that it had to read the last answer; the connection closes. */
  default void onDelayedCloseTimeout() {}

  /** The connection is closed; all its streams have ended. */
  void onConnectionClosed();
}
