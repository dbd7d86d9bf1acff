package io.headgate.dataplane.upstream;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.Protocol;

/**
 * What happens in pools, for counting.
 *
 * <p>Thread: called on the pool's loop.
 */
public interface PoolEvents {

  /** Which limit refused. */
  enum Limit {
    CONNECTIONS,
    PENDING_REQUESTS,
    REQUESTS
  }

  /** Why a connection takes no more requests. */
  enum Retirement {
    /** It has served as many requests as it may. */
    MAX_REQUESTS,
    /** It is as old as it may become. */
    MAX_DURATION,
    /** Nobody has used it for too long. */
    IDLE,
    /** Its peer asked for it: GOAWAY, {@code Connection: close}. */
    PEER,
    /** Its host or its cluster's config has changed. */
    CHANGED
  }

  /** A connection was made, after so many nanoseconds. */
  void onConnected(Endpoint endpoint, Protocol protocol, long nanos);

  /**
   * A connection could not be made.
   *
   * @param failedRequests requests that waited and failed with it
   */
  void onConnectFailed(Endpoint endpoint, boolean timedOut, int failedRequests);

  /** A connection takes no more requests. */
  void onRetired(Retirement why);

  /**
   * A connection that had been made closed.
   *
   * @param byUs whether the proxy closed it
   * @param withRequests whether requests were in flight on it
   * @param nanos how long it had lived
   * @param requests how many it was given
   */
  void onClosed(Endpoint endpoint, boolean byUs, boolean withRequests, long nanos, int requests);

  /** A request begins to wait for a connection (1), or no longer does (-1). */
  void onPending(int change);

  /** A limit refused a request or a connection. */
  void onOverflow(Limit limit);
}
