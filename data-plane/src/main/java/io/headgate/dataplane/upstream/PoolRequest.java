package io.headgate.dataplane.upstream;

import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A request that asks a pool for a connection; the pool links waiting ones into its queue.
 *
 * <p>Thread: confined to the loop.
 */
public abstract class PoolRequest {

  @Nullable PoolRequest next;
  @Nullable PoolRequest previous;
  @Nullable Waiting waitingIn;

  /** Makes a request that waits nowhere. */
  protected PoolRequest() {}

  /** The breaker that counts it. */
  public abstract CircuitBreaker breaker();

  /** The server that the request's connection has to ask for by TLS; null for the cluster's. */
  public Connector.@Nullable ServerName serverName() {
    return null;
  }

  /** What the request's connection begins with; null for nothing. */
  public Connector.@Nullable Preface preface() {
    return null;
  }

  /**
   * A connection with a free stream is there: open the stream now.
   *
   * @param localText own side of the connection, {@code address:port}
   * @param reused whether it has served a request before, so that its peer may just be closing it
   */
  protected abstract void onReady(ClientConnection connection, String localText, boolean reused);

  /**
   * There is no connection for it.
   *
   * @param kind {@code UPSTREAM_OVERFLOW}, {@code CONNECT_FAILURE}, {@code CONNECT_TIMEOUT} or
   *     {@code LOCAL_RESET}
   * @param reason for people; empty when the kind says all
   */
  protected abstract void onUnavailable(ErrorKind kind, String reason);

  /** Stops waiting; does nothing when it does not wait. */
  public final void stopWaiting() {
    Waiting queue = waitingIn;
    if (queue != null) {
      queue.remove(this);
    }
  }
}
