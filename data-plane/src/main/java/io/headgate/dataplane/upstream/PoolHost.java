package io.headgate.dataplane.upstream;

import io.headgate.dataplane.endpoint.Endpoint;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What a pool needs of the cluster it belongs to. Read at every use, so that new settings hold from
 * the next connection on.
 *
 * <p>Thread: called on the pool's loop.
 */
public interface PoolHost {
  EventLoop loop();

  /** How connections are made now. */
  Connector connector();

  /** How to connect now. */
  Connector.Options options();

  /** Which server connections to the endpoint ask for by TLS; null for none. */
  default Connector.@Nullable ServerName serverName(Endpoint endpoint) {
    return null;
  }

  /** Who counts what happens. */
  PoolEvents events();

  /**
   * A pool without connections and requests is no longer of use: its endpoint was removed, or it
   * was made for few of the requests.
   */
  void onEmpty(ConnectionPool pool);
}
