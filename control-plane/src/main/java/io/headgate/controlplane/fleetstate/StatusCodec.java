package io.headgate.controlplane.fleetstate;

import com.google.protobuf.Timestamp;
import io.headgate.proto.fleet.v1.ConfigSource;
import io.headgate.proto.fleet.v1.LoopStatus;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.QuarantinedHost;
import io.headgate.proto.fleet.v1.ResourceStatus;
import io.headgate.proto.fleet.v1.TypeStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link SelfReport} and its resources to and from {@link ProxyReport}. */
final class StatusCodec {
  private StatusCodec() {}

  static SelfReport report(ProxyReport from) {
    return new SelfReport(
        from.getServerState(),
        from.getIdentity().hasStartedAt() ? instant(from.getIdentity().getStartedAt()) : null,
        from.getIdentity().getAdminAddress(),
        source(from.getConfigSource()),
        from.getQuarantinedHostsList().stream().map(StatusCodec::quarantined).toList(),
        from.getLoopsList().stream().map(StatusCodec::loop).toList(),
        TlsStateCodec.state(from.getTls()));
  }

  static Map<String, Map<String, ResourceReport>> resources(ProxyReport from) {
    Map<String, Map<String, ResourceReport>> types = new HashMap<>();
    for (TypeStatus type : from.getTypesList()) {
      Map<String, ResourceReport> resources = new HashMap<>();
      for (ResourceStatus resource : type.getResourcesList()) {
        resources.put(
            resource.getName(),
            new ResourceReport(
                resource.getServingVersion(),
                resource.getWarmingVersion(),
                resource.getWarmingReason(),
                resource.getRejectedVersion(),
                resource.getRejectedReason()));
      }
      types.put(type.getTypeUrl(), resources);
    }
    return types;
  }

  static ProxyReport report(SelfReport from) {
    ProxyReport.Builder to =
        ProxyReport.newBuilder()
            .setServerState(from.serverState())
            .setTls(TlsStateCodec.message(from.tls()));
    to.getIdentityBuilder().setAdminAddress(from.adminAddress());
    if (from.startedAt() != null) {
      to.getIdentityBuilder().setStartedAt(timestamp(from.startedAt()));
    }
    ConfigSource.Builder source = to.getConfigSourceBuilder();
    source
        .setKind(ConfigSource.Kind.valueOf(from.source().kind().name()))
        .setFile(from.source().file())
        .setProblem(from.source().problem());
    if (from.source().receivedAt() != null) {
      source.setReceivedAt(timestamp(from.source().receivedAt()));
    }
    for (SelfReport.Quarantined host : from.quarantined()) {
      QuarantinedHost.Builder entry = to.addQuarantinedHostsBuilder();
      entry.setCluster(host.cluster()).setAddress(host.address()).setReason(host.reason());
      if (host.since() != null) {
        entry.setSince(timestamp(host.since()));
      }
      if (host.until() != null) {
        entry.setUntil(timestamp(host.until()));
      }
    }
    for (SelfReport.Loop loop : from.loops()) {
      to.addLoopsBuilder()
          .setIndex(loop.index())
          .setLagMicros(loop.lagMicros())
          .setBusy(loop.busy())
          .setConnections(loop.connections());
    }
    return to.build();
  }

  static Instant instant(Timestamp from) {
    return Instant.ofEpochSecond(from.getSeconds(), from.getNanos());
  }

  static Timestamp timestamp(Instant from) {
    return Timestamp.newBuilder()
        .setSeconds(from.getEpochSecond())
        .setNanos(from.getNano())
        .build();
  }

  private static SelfReport.Source source(ConfigSource from) {
    SelfReport.SourceKind kind =
        switch (from.getKind()) {
          case LIVE -> SelfReport.SourceKind.LIVE;
          case RETAINED -> SelfReport.SourceKind.RETAINED;
          case LAST_KNOWN_GOOD -> SelfReport.SourceKind.LAST_KNOWN_GOOD;
          case NONE, KIND_UNSPECIFIED, UNRECOGNIZED -> SelfReport.SourceKind.NONE;
        };
    @Nullable Instant received = from.hasReceivedAt() ? instant(from.getReceivedAt()) : null;
    return new SelfReport.Source(kind, received, from.getFile(), from.getProblem());
  }

  private static SelfReport.Quarantined quarantined(QuarantinedHost from) {
    return new SelfReport.Quarantined(
        from.getCluster(),
        from.getAddress(),
        from.getReason(),
        from.hasSince() ? instant(from.getSince()) : null,
        from.hasUntil() ? instant(from.getUntil()) : null);
  }

  private static SelfReport.Loop loop(LoopStatus from) {
    return new SelfReport.Loop(
        from.getIndex(), from.getLagMicros(), from.getBusy(), from.getConnections());
  }
}
