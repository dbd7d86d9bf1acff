package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.Convergence;
import io.headgate.controlplane.fleetstate.Nack;
import io.headgate.controlplane.fleetstate.NackedObject;
import io.headgate.controlplane.fleetstate.PendingResource;
import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.controlplane.fleetstate.ReplicaStatus;
import io.headgate.controlplane.fleetstate.ResourceTypes;
import io.headgate.controlplane.fleetstate.SelfReport;
import io.headgate.controlplane.fleetstate.TypeState;
import io.headgate.controlplane.fleetstate.VersionMark;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The fleet as JSON. */
final class FleetJson {
  private final String prefix;

  /**
   * @param prefix of the etcd keys
   */
  FleetJson(String prefix) {
    this.prefix = prefix;
  }

  ObjectNode proxy(ProxyStatus proxy) {
    ObjectNode node =
        Json.object()
            .put("id", proxy.identity().nodeId())
            .put("cluster", proxy.identity().nodeCluster())
            .put("client", proxy.identity().client())
            .put("version", proxy.identity().version());
    ArrayNode gateways = node.putArray("gateways");
    proxy.identity().gateways().forEach(gateways::add);
    node.put("replica", proxy.replica())
        .put("state", lower(proxy.state()))
        .put("evidence", lower(proxy.evidence()))
        .put("connected", proxy.presence().connected())
        .put("connectedAt", Json.time(proxy.presence().connectedAt()))
        .put("lastSeen", Json.time(proxy.presence().lastSeen()))
        .put("unknownSince", Json.time(proxy.presence().unknownSince()));
    SelfReport report = proxy.report();
    if (report != null) {
      report(node, report);
    }
    ArrayNode types = node.putArray("types");
    proxy.types().forEach(type -> types.add(type(type)));
    return node;
  }

  private static void report(ObjectNode node, SelfReport report) {
    node.put("serverState", report.serverState())
        .put("startedAt", Json.time(report.startedAt()))
        .put("adminAddress", report.adminAddress());
    node.putObject("source")
        .put("kind", report.source().kind().name())
        .put("receivedAt", Json.time(report.source().receivedAt()))
        .put("file", report.source().file())
        .put("problem", report.source().problem());
    ArrayNode quarantined = node.putArray("quarantined");
    for (SelfReport.Quarantined host : report.quarantined()) {
      quarantined
          .addObject()
          .put("cluster", host.cluster())
          .put("address", host.address())
          .put("reason", host.reason())
          .put("since", Json.time(host.since()))
          .put("until", Json.time(host.until()));
    }
    ArrayNode loops = node.putArray("loops");
    for (SelfReport.Loop loop : report.loops()) {
      loops
          .addObject()
          .put("index", loop.index())
          .put("lagMicros", loop.lagMicros())
          .put("busy", loop.busy())
          .put("connections", loop.connections());
    }
  }

  private ObjectNode type(TypeState type) {
    ObjectNode node =
        Json.object()
            .put("type", ResourceTypes.shortName(type.typeUrl()))
            .put("typeUrl", type.typeUrl());
    node.putObject("expected")
        .put("version", type.expected().version())
        .put("resources", type.expected().resources());
    node.set("sent", mark(type.sent()));
    node.set("acked", mark(type.acked()));
    Nack nack = type.nacked();
    if (nack == null) {
      node.putNull("nacked");
    } else {
      ObjectNode nacked =
          node.putObject("nacked")
              .put("version", nack.refused().version())
              .put("revision", nack.refused().revision())
              .put("at", Json.time(nack.refused().at()))
              .put("message", nack.message())
              .put("stale", nack.stale());
      nacked.set("objects", objects(nack));
    }
    node.putObject("serving")
        .put("resources", type.serving())
        .put("of", type.expected().resources());
    ArrayNode pending = node.putArray("pending");
    type.pending().forEach(resource -> pending.add(pending(resource)));
    return node.put("converged", type.converged());
  }

  private static ObjectNode pending(PendingResource resource) {
    return Json.object()
        .put("resource", resource.resource())
        .put("serving", emptyToNull(resource.serving()))
        .put("warming", emptyToNull(resource.warming()))
        .put("reason", resource.reason());
  }

  private static @Nullable ObjectNode mark(@Nullable VersionMark mark) {
    return mark == null
        ? null
        : Json.object()
            .put("version", mark.version())
            .put("revision", mark.revision())
            .put("at", Json.time(mark.at()));
  }

  ObjectNode nack(Nack nack, boolean active) {
    ObjectNode node =
        Json.object()
            .put("id", nack.id())
            .put("at", Json.time(nack.refused().at()))
            .put("proxy", nack.nodeId())
            .put("replica", nack.id().substring(0, Math.max(0, nack.id().lastIndexOf('-'))))
            .put("type", ResourceTypes.shortName(nack.typeUrl()))
            .put("version", nack.refused().version())
            .put("revision", nack.refused().revision())
            .put("message", nack.message())
            .put("stale", nack.stale())
            .put("active", active);
    node.set("objects", objects(nack));
    return node;
  }

  private ArrayNode objects(Nack nack) {
    ArrayNode objects = Json.array();
    for (NackedObject object : nack.objects()) {
      objects
          .addObject()
          .put("resource", object.resource())
          .put("key", prefix + "/" + object.key())
          .put("author", object.author())
          .put("revision", object.revision());
    }
    return objects;
  }

  static ObjectNode replica(ReplicaStatus replica, String leader) {
    return Json.object()
        .put("id", replica.id())
        .put("address", replica.address())
        .put("self", replica.self())
        .put("leader", replica.id().equals(leader))
        .put("state", replica.connected() ? "connected" : "lost")
        .put("lastSeen", Json.time(replica.lastSeen()))
        .put("revision", replica.published().revision());
  }

  static ObjectNode convergence(Convergence convergence) {
    ObjectNode node =
        Json.object()
            .put("revision", convergence.revision())
            .put("published", convergence.published())
            .put("state", lower(convergence.state()))
            .put("reason", convergence.reason());
    ArrayNode proxies = node.putArray("proxies");
    for (ProxyStatus proxy : convergence.proxies()) {
      ArrayNode pending =
          proxies
              .addObject()
              .put("id", proxy.identity().nodeId())
              .put("state", lower(proxy.state()))
              .put("evidence", lower(proxy.evidence()))
              .putArray("pending");
      for (TypeState type : proxy.types()) {
        for (PendingResource resource : type.pending()) {
          pending
              .addObject()
              .put("type", ResourceTypes.shortName(type.typeUrl()))
              .put("resource", resource.resource())
              .put("reason", resource.reason());
        }
      }
    }
    return node;
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
