package io.headgate.dataplane.runtime;

import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which secrets a listener or a cluster is made of. */
final class TlsReferences {
  private TlsReferences() {}

  static Set<SecretRef> of(Listener listener) {
    Set<SecretRef> refs = new HashSet<>();
    for (FilterChain chain : listener.filterChains()) {
      add(chain, refs);
    }
    FilterChain otherwise = listener.defaultFilterChain();
    if (otherwise != null) {
      add(otherwise, refs);
    }
    return refs;
  }

  private static void add(FilterChain chain, Set<SecretRef> refs) {
    if (chain.tls() != null) {
      refs.addAll(chain.tls().secrets());
    }
  }

  static List<SecretRef> of(Cluster cluster) {
    UpstreamTls tls = cluster.options().tls();
    return tls == null ? List.of() : tls.settings().secrets();
  }
}
