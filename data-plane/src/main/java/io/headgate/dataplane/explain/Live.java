package io.headgate.dataplane.explain;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.hcm.Rehearsal;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in force. Thread: any. */
public interface Live {
  /**
   * A listener that accepts.
   *
   * @param bound where
   */
  record Bound(Listener value, InetSocketAddress bound) {}

  List<Bound> listeners();

  /** The chain that a listener would choose; null when it would close the connection. */
  @Nullable FilterChain chain(
      String listener,
      InetSocketAddress local,
      InetSocketAddress remote,
      String serverName,
      boolean secure);

  /** Sends a head through the live connection manager of a chain; null when it has none. */
  @Nullable Rehearsal rehearse(
      String listener, FilterChain chain, RequestHead head, ConnectionInfo connection);

  /** The table that serves under a name, null when there is none. */
  @Nullable RouteConfiguration table(String name);

  /** The cluster that serves, null when there is none. */
  @Nullable Cluster cluster(String name);
}
