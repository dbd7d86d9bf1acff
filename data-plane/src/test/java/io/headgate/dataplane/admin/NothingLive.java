package io.headgate.dataplane.admin;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.explain.Live;
import io.headgate.dataplane.hcm.Rehearsal;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.RouteConfiguration;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nothing is in force. */
final class NothingLive implements Live {
  @Override
  public List<Bound> listeners() {
    return List.of();
  }

  @Override
  public @Nullable FilterChain chain(
      String listener,
      InetSocketAddress local,
      InetSocketAddress remote,
      String serverName,
      boolean secure) {
    return null;
  }

  @Override
  public @Nullable Rehearsal rehearse(
      String listener, FilterChain chain, RequestHead head, ConnectionInfo connection) {
    return null;
  }

  @Override
  public @Nullable RouteConfiguration table(String name) {
    return null;
  }

  @Override
  public @Nullable Cluster cluster(String name) {
    return null;
  }
}
