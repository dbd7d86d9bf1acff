package io.headgate.dataplane.runtime;

import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which route tables a listener uses. */
final class ListenerRoutes {
  private ListenerRoutes() {}

  /** Names of the tables that come by discovery, with how long they are waited for. */
  static Map<String, Duration> discovered(Listener listener) {
    Map<String, Duration> names = new TreeMap<>();
    for (RouteSource source : sources(listener)) {
      switch (source) {
        case RouteSource.Rds(String name, Duration timeout) -> names.put(name, timeout);
        case RouteSource.Inline _ -> {}
      }
    }
    return names;
  }

  /** Tables inside the listener. */
  static List<RouteConfiguration> inline(Listener listener) {
    List<RouteConfiguration> tables = new ArrayList<>();
    for (RouteSource source : sources(listener)) {
      switch (source) {
        case RouteSource.Inline(RouteConfiguration table) -> tables.add(table);
        case RouteSource.Rds _ -> {}
      }
    }
    return tables;
  }

  /** Clusters that bytes are sent to without routes. */
  static Set<String> clusters(Listener listener) {
    Set<String> names = new TreeSet<>();
    for (FilterChain chain : chains(listener)) {
      switch (chain.terminalFilter()) {
        case HttpConnectionManager _ -> {}
        case TcpProxy tcp -> tcp.clusters().forEach(share -> names.add(share.cluster()));
      }
    }
    return names;
  }

  private static List<FilterChain> chains(Listener listener) {
    List<FilterChain> chains = new ArrayList<>(listener.filterChains());
    if (listener.defaultFilterChain() != null) {
      chains.add(listener.defaultFilterChain());
    }
    return chains;
  }

  private static List<RouteSource> sources(Listener listener) {
    List<RouteSource> sources = new ArrayList<>();
    for (FilterChain chain : chains(listener)) {
      switch (chain.terminalFilter()) {
        case HttpConnectionManager manager -> sources.add(manager.routes());
        case TcpProxy _ -> {}
      }
    }
    return sources;
  }
}
