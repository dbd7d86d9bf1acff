package io.headgate.controlplane.fleetstate;

import io.headgate.proto.fleet.v1.HostLoad;
import io.headgate.proto.fleet.v1.NackEntry;
import io.headgate.proto.fleet.v1.ProxyState;
import io.headgate.proto.fleet.v1.ReplicaUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** {@link ReplicaUpdateView} to and from {@link ReplicaUpdate}. */
final class ExchangeCodec {
  private ExchangeCodec() {}

  static ReplicaUpdate encode(String replicaId, Instant now, ReplicaUpdateView from) {
    ReplicaUpdate.Builder to =
        ReplicaUpdate.newBuilder()
            .setReplicaId(replicaId)
            .setSentAt(StatusCodec.timestamp(now))
            .setIncarnation(from.published().incarnation())
            .setRevision(from.published().revision())
            .setComplete(from.complete())
            .addAllForgotten(from.forgotten());
    from.proxies().forEach(proxy -> to.addProxies(encode(proxy)));
    from.nacks().forEach(nack -> to.addNacks(encode(nack)));
    from.load().forEach(window -> to.addLoad(encode(window)));
    return to.build();
  }

  static ReplicaUpdateView decode(ReplicaUpdate from) {
    return new ReplicaUpdateView(
        new GroupView.Published(from.getIncarnation(), from.getRevision()),
        from.getComplete(),
        from.getProxiesList().stream().map(proxy -> decode(from.getReplicaId(), proxy)).toList(),
        from.getForgottenList(),
        from.getNacksList().stream().map(ExchangeCodec::decode).toList(),
        from.getLoadList().stream().map(ExchangeCodec::decode).toList());
  }

  private static ProxyState encode(ProxyStatus from) {
    ProxyIdentity identity = from.identity();
    ProxyState.Builder to =
        ProxyState.newBuilder()
            .setNodeId(identity.nodeId())
            .setNodeCluster(identity.nodeCluster())
            .setClient(identity.client())
            .setVersion(identity.version())
            .addAllGateways(identity.gateways())
            .setConnected(from.presence().connected())
            .setConnectedAt(StatusCodec.timestamp(from.presence().connectedAt()))
            .setLastSeen(StatusCodec.timestamp(from.presence().lastSeen()));
    Instant unknownSince = from.presence().unknownSince();
    if (unknownSince != null) {
      to.setUnknownSince(StatusCodec.timestamp(unknownSince));
    }
    SelfReport report = from.report();
    if (report != null) {
      to.setReport(StatusCodec.report(report));
    }
    from.types().forEach(type -> to.addTypes(encode(type)));
    return to.build();
  }

  private static ProxyStatus decode(String replicaId, ProxyState from) {
    return new ProxyStatus(
        new ProxyIdentity(
            from.getNodeId(),
            from.getNodeCluster(),
            from.getClient(),
            from.getVersion(),
            from.getGatewaysList()),
        replicaId,
        new Presence(
            StatusCodec.instant(from.getConnectedAt()),
            StatusCodec.instant(from.getLastSeen()),
            from.getConnected() ? null : StatusCodec.instant(from.getUnknownSince())),
        from.hasReport() ? StatusCodec.report(from.getReport()) : null,
        from.getTypesList().stream().map(ExchangeCodec::decode).toList());
  }

  private static io.headgate.proto.fleet.v1.TypeState encode(TypeState from) {
    io.headgate.proto.fleet.v1.TypeState.Builder to =
        io.headgate.proto.fleet.v1.TypeState.newBuilder()
            .setTypeUrl(from.typeUrl())
            .setExpectedVersion(from.expected().version())
            .setExpectedResources(from.expected().resources())
            .setServing(from.serving());
    if (from.sent() != null) {
      to.setSent(encode(from.sent()));
    }
    if (from.acked() != null) {
      to.setAcked(encode(from.acked()));
    }
    if (from.nacked() != null) {
      to.setNacked(encode(from.nacked()));
    }
    for (PendingResource pending : from.pending()) {
      to.addPendingBuilder()
          .setResource(pending.resource())
          .setServingVersion(pending.serving())
          .setWarmingVersion(pending.warming())
          .setReason(pending.reason());
    }
    return to.build();
  }

  private static TypeState decode(io.headgate.proto.fleet.v1.TypeState from) {
    return new TypeState(
        from.getTypeUrl(),
        new TypeState.Goal(from.getExpectedVersion(), from.getExpectedResources()),
        from.hasSent() ? decode(from.getSent()) : null,
        from.hasAcked() ? decode(from.getAcked()) : null,
        from.hasNacked() ? decode(from.getNacked()) : null,
        from.getServing(),
        from.getPendingList().stream()
            .map(pending ->
                new PendingResource(
                    pending.getResource(),
                    pending.getServingVersion(),
                    pending.getWarmingVersion(),
                    pending.getReason()))
            .toList());
  }

  private static io.headgate.proto.fleet.v1.VersionMark encode(VersionMark from) {
    return io.headgate.proto.fleet.v1.VersionMark.newBuilder()
        .setVersion(from.version())
        .setRevision(from.revision())
        .setAt(StatusCodec.timestamp(from.at()))
        .build();
  }

  private static VersionMark decode(io.headgate.proto.fleet.v1.VersionMark from) {
    return new VersionMark(
        from.getVersion(), from.getRevision(), StatusCodec.instant(from.getAt()));
  }

  private static NackEntry encode(Nack from) {
    NackEntry.Builder to =
        NackEntry.newBuilder()
            .setId(from.id())
            .setAt(StatusCodec.timestamp(from.refused().at()))
            .setNodeId(from.nodeId())
            .setTypeUrl(from.typeUrl())
            .setVersion(from.refused().version())
            .setRevision(from.refused().revision())
            .setMessage(from.message())
            .setStale(from.stale());
    for (NackedObject object : from.objects()) {
      to.addObjectsBuilder()
          .setResource(object.resource())
          .setKey(object.key())
          .setAuthor(object.author())
          .setRevision(object.revision());
    }
    return to.build();
  }

  private static Nack decode(NackEntry from) {
    return new Nack(
        from.getId(),
        from.getNodeId(),
        from.getTypeUrl(),
        new VersionMark(from.getVersion(), from.getRevision(), StatusCodec.instant(from.getAt())),
        from.getMessage(),
        from.getStale(),
        from.getObjectsList().stream()
            .map(object ->
                new NackedObject(
                    object.getResource(),
                    object.getKey(),
                    object.getAuthor(),
                    object.getRevision()))
            .toList());
  }

  private static io.headgate.proto.fleet.v1.LoadWindow encode(LoadWindow from) {
    io.headgate.proto.fleet.v1.LoadWindow.Builder to =
        io.headgate.proto.fleet.v1.LoadWindow.newBuilder()
            .setEndedAt(StatusCodec.timestamp(from.endedAt()));
    to.getLengthBuilder()
        .setSeconds(from.length().toSeconds())
        .setNanos(from.length().toNanosPart());
    for (LoadWindow.HostLoad host : from.hosts()) {
      HostLoad.Builder entry =
          to.addHostsBuilder()
              .setCluster(host.cluster())
              .setAddress(host.address())
              .setIssued(host.requests().issued())
              .setSucceeded(host.requests().succeeded())
              .setFailed(host.requests().failed())
              .setInProgress(host.requests().inProgress())
              .setProxies(host.proxies());
      host.metrics()
          .forEach((name, metric) ->
              entry.putMetrics(
                  name,
                  io.headgate.proto.fleet.v1.MetricSum.newBuilder()
                      .setCount(metric.count())
                      .setSum(metric.sum())
                      .build()));
    }
    return to.build();
  }

  private static LoadWindow decode(io.headgate.proto.fleet.v1.LoadWindow from) {
    return new LoadWindow(
        StatusCodec.instant(from.getEndedAt()),
        Duration.ofSeconds(from.getLength().getSeconds(), from.getLength().getNanos()),
        from.getHostsList().stream().map(ExchangeCodec::decode).toList());
  }

  private static LoadWindow.HostLoad decode(HostLoad from) {
    Map<String, LoadWindow.MetricSum> metrics = new HashMap<>();
    from.getMetricsMap()
        .forEach((name, metric) ->
            metrics.put(name, new LoadWindow.MetricSum(metric.getCount(), metric.getSum())));
    return new LoadWindow.HostLoad(
        from.getCluster(),
        from.getAddress(),
        new LoadWindow.Requests(
            from.getIssued(), from.getSucceeded(), from.getFailed(), from.getInProgress()),
        metrics,
        from.getProxies());
  }
}
