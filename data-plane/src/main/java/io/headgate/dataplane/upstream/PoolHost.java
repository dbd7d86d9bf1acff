package io.headgate.dataplane.upstream;

import io.headgate.dataplane.endpoint.Endpoint;
import io.netty.channel.EventLoop;

/**
 * What a pool needs of the cluster it belongs to. Read at every use, so that new settings hold from
 * the next connection on.
 *
 * <p>Thread: called on the pool's loop.
 */
public interface PoolHost {
  EventLoop loop();

  Connector connector();

  /** How to connect now. */
  Connector.Options options();

  /** Monotonic nanoseconds. */
  long nanoTime();

  /** A connection was made. */
  void onConnectSuccess(Endpoint endpoint);

  /** A connection could not be made. */
  void onConnectFailure(Endpoint endpoint, boolean timedOut);

  /** A connection that had been made closed. */
  void onConnectionClosed(Endpoint endpoint);

  /** A request waits for a connection, or no longer does. */
  void onPending(int change);

  /** A limit refused a request. */
  void onOverflow();

  /** A pool without connections and requests is no longer of use when its endpoint was removed. */
  void onEmpty(ConnectionPool pool);
}
