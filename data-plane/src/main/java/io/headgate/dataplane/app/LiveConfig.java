package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.explain.Live;
import io.headgate.dataplane.hcm.Rehearsal;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.listener.OpenListener;
import io.headgate.dataplane.runtime.HeldResource;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.RouteConfiguration;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in force, for explanations. Thread: any but the config thread. */
final class LiveConfig implements Live {
  private final ProxyServer server;

  LiveConfig(ProxyServer server) {
    this.server = server;
  }

  @Override
  public List<Bound> listeners() {
    List<Bound> bound = new ArrayList<>();
    for (OpenListener open : server.listeners().values()) {
      if (open.localAddress() instanceof InetSocketAddress at) {
        bound.add(new Bound(open.value(), at));
      }
    }
    return bound;
  }

  @Override
  public @Nullable FilterChain chain(
      String listener,
      InetSocketAddress local,
      InetSocketAddress remote,
      String serverName,
      boolean secure) {
    OpenListener open = server.listeners().get(listener);
    return open == null ? null : open.chainFor(local, remote, serverName, secure);
  }

  @Override
  public @Nullable Rehearsal rehearse(
      String listener, FilterChain chain, RequestHead head, ConnectionInfo connection) {
    OpenListener open = server.listeners().get(listener);
    return open == null ? null : open.rehearse(chain, head, connection);
  }

  @Override
  public @Nullable RouteConfiguration table(String name) {
    for (HeldResource held : server.resources()) {
      if (held.stage() != HeldResource.Stage.WARMING
          && held.value() instanceof RouteConfiguration table
          && table.name().equals(name)) {
        return table;
      }
    }
    return null;
  }

  @Override
  public @Nullable Cluster cluster(String name) {
    for (Cluster cluster : server.clusters()) {
      if (cluster.name().equals(name)) {
        return cluster;
      }
    }
    return null;
  }
}
