package io.headgate.dataplane.app;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.overload.LoopWatch;
import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.runtime.ServingState;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.status.ProxyFacts;
import io.headgate.dataplane.xds.status.Serving;
import java.util.ArrayList;
import java.util.List;

/** What the status stream tells of this proxy. Thread: the config thread. */
final class Facts implements ProxyFacts {
  private final ConfigRuntime runtime;
  private final ServerStatus status;
  private final LoopWatch loops;
  private final TlsHygiene tls;

  Facts(ConfigRuntime runtime, ServerStatus status, LoopWatch loops, TlsHygiene tls) {
    this.runtime = runtime;
    this.status = status;
    this.loops = loops;
    this.tls = tls;
  }

  @Override
  public String serverState() {
    return status.state().name();
  }

  @Override
  public List<Serving> serving(ResourceType type) {
    List<ServingState> states =
        switch (type) {
          case CLUSTER -> runtime.clusterStates();
          case ENDPOINTS -> runtime.endpointStates();
          case LISTENER -> runtime.listenerStates();
          case ROUTES -> runtime.routeStates();
          case SECRET -> runtime.secretStates();
        };
    return states.stream()
        .map(state ->
            new Serving(
                state.name(),
                state.servingVersion(),
                state.warmingVersion(),
                state.warmingReason()))
        .toList();
  }

  @Override
  public List<Quarantined> quarantined() {
    List<Quarantined> hosts = new ArrayList<>();
    for (Cluster cluster : runtime.liveClusters()) {
      QuarantineView.of(cluster, hosts);
    }
    return hosts;
  }

  @Override
  public List<Loop> loops() {
    return loops.figures().stream()
        .map(f -> new Loop(f.loop(), loops.takeLagMicros(f.loop()), f.busy(), f.sockets()))
        .toList();
  }

  @Override
  public Tls tls() {
    return tls.facts();
  }
}
