package io.headgate.dataplane.xds.status;

import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.TypeLedger;
import io.headgate.proto.fleet.v1.ResourceStatus;
import io.headgate.proto.fleet.v1.TypeStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The parts of a status report that speak of config. */
final class TypeReports {
  private TypeReports() {}

  static TypeStatus of(TypeLedger type, List<Serving> serving) {
    TypeStatus.Builder status =
        TypeStatus.newBuilder()
            .setTypeUrl(type.type().typeUrl())
            .setAcceptedVersion(type.version())
            .setControlPlaneIdentifier(type.identifier());
    Map<String, ResourceStatus.Builder> resources = new TreeMap<>();
    for (Serving one : serving) {
      resources.put(
          one.name(),
          ResourceStatus.newBuilder()
              .setName(one.name())
              .setServingVersion(one.servingVersion())
              .setWarmingVersion(one.warmingVersion())
              .setWarmingReason(one.warmingReason()));
    }
    type.refused()
        .forEach((name, refusal) ->
            resources
                .computeIfAbsent(name, n -> ResourceStatus.newBuilder().setName(n))
                .setRejectedVersion(refusal.version())
                .setRejectedReason(refusal.reason()));
    resources.values().forEach(status::addResources);
    return status.build();
  }

  static io.headgate.proto.fleet.v1.ConfigSource source(ConfigSource source) {
    io.headgate.proto.fleet.v1.ConfigSource.Builder message =
        io.headgate.proto.fleet.v1.ConfigSource.newBuilder()
            .setKind(
                switch (source.kind()) {
                  case NONE -> io.headgate.proto.fleet.v1.ConfigSource.Kind.NONE;
                  case LIVE -> io.headgate.proto.fleet.v1.ConfigSource.Kind.LIVE;
                  case RETAINED -> io.headgate.proto.fleet.v1.ConfigSource.Kind.RETAINED;
                  case LAST_KNOWN_GOOD ->
                      io.headgate.proto.fleet.v1.ConfigSource.Kind.LAST_KNOWN_GOOD;
                })
            .setFile(source.file())
            .setProblem(source.problem());
    source.receivedAt().ifPresent(at -> message.setReceivedAt(StatusReporter.timestamp(at)));
    return message.build();
  }
}
