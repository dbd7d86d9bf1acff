package io.headgate.dataplane.admin;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClientResourceStatus;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.admin.v3.ServerInfo;
import io.headgate.dataplane.admin.AdminFacts.Held;
import io.headgate.dataplane.admin.AdminFacts.Server;
import io.headgate.dataplane.admin.AdminFacts.Stage;
import io.headgate.fleet.codec.document.Dialect;
import io.headgate.fleet.codec.document.MessageWriter;
import io.headgate.xds.codec.ResourceEncoder;
import io.headgate.xds.codec.bootstrap.BootstrapEncoder;
import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.codec.message.EnvoyTypes;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.filter.FilterConfig;
import java.time.Instant;

/** Writes what is held as Envoy's admin messages, in JSON and without secrets. */
final class ConfigDumpCodec {
  private ConfigDumpCodec() {}

  static String json(Message message) {
    return MessageWriter.json(
        Redaction.redact(message), Dialect.PROTO_JSON, name -> EnvoyTypes.REGISTRY.find(name));
  }

  static String filter(FilterConfig config) {
    return json(Any.pack(FilterConfigs.encode(config)));
  }

  static String serverInfo(AdminFacts facts) {
    Server server = facts.server();
    ServerInfo.Builder info =
        ServerInfo.newBuilder()
            .setVersion(server.version())
            .setState(
                switch (server.state()) {
                  case LIVE -> ServerInfo.State.LIVE;
                  case DRAINING -> ServerInfo.State.DRAINING;
                  case PRE_INITIALIZING -> ServerInfo.State.PRE_INITIALIZING;
                  case INITIALIZING -> ServerInfo.State.INITIALIZING;
                })
            .setUptimeCurrentEpoch(duration(server.uptime()))
            .setUptimeAllEpochs(duration(server.uptime()))
            .setNode(BootstrapEncoder.node(facts.bootstrap().node()));
    info.getCommandLineOptionsBuilder()
        .setConcurrency(server.concurrency())
        .setDrainTime(duration(server.drainTime()));
    // Envoy's message has no place for it, and a reader of Envoy's JSON skips what it does not
    // know.
    com.google.protobuf.Struct.Builder own = com.google.protobuf.Struct.newBuilder();
    own.putFields(
        "config_source",
        com.google.protobuf.Value.newBuilder().setStringValue(server.configSource()).build());
    String ours = json(own.build());
    return "{\"headgate\":" + ours + "," + json(info.build()).substring(1);
  }

  static String dump(AdminFacts facts, boolean includeEndpoints) {
    BootstrapConfigDump.Builder bootstrap =
        BootstrapConfigDump.newBuilder().setBootstrap(BootstrapEncoder.encode(facts.bootstrap()));
    ClustersConfigDump.Builder clusters = ClustersConfigDump.newBuilder();
    EndpointsConfigDump.Builder endpoints = EndpointsConfigDump.newBuilder();
    ListenersConfigDump.Builder listeners = ListenersConfigDump.newBuilder();
    RoutesConfigDump.Builder routes = RoutesConfigDump.newBuilder();
    SecretsConfigDump.Builder secrets = SecretsConfigDump.newBuilder();
    for (Held held : facts.resources()) {
      switch (held.value()) {
        case Cluster cluster -> add(clusters, held);
        case ClusterLoadAssignment assignment -> add(endpoints, held);
        case Listener listener -> add(listeners, held);
        case RouteConfiguration table -> add(routes, held);
        case Secret secret -> add(secrets, held);
      }
    }
    ConfigDump.Builder dump =
        ConfigDump.newBuilder()
            .addConfigs(Any.pack(bootstrap.build()))
            .addConfigs(Any.pack(clusters.build()));
    if (includeEndpoints) {
      dump.addConfigs(Any.pack(endpoints.build()));
    }
    return json(
        dump.addConfigs(Any.pack(listeners.build()))
            .addConfigs(Any.pack(routes.build()))
            .addConfigs(Any.pack(secrets.build()))
            .build());
  }

  private static void add(ClustersConfigDump.Builder dump, Held held) {
    Any value = ResourceEncoder.encode(held.value());
    ClustersConfigDump.DynamicCluster dynamic =
        ClustersConfigDump.DynamicCluster.newBuilder()
            .setVersionInfo(held.version())
            .setCluster(value)
            .setLastUpdated(timestamp(held.updated()))
            .setClientStatus(ClientResourceStatus.ACKED)
            .build();
    switch (held.stage()) {
      case STATIC ->
          dump.addStaticClustersBuilder()
              .setCluster(value)
              .setLastUpdated(timestamp(held.updated()));
      case ACTIVE -> dump.addDynamicActiveClusters(dynamic);
      case WARMING -> dump.addDynamicWarmingClusters(dynamic);
    }
  }

  private static void add(EndpointsConfigDump.Builder dump, Held held) {
    Any value = ResourceEncoder.encode(held.value());
    if (held.stage() == Stage.STATIC) {
      dump.addStaticEndpointConfigsBuilder()
          .setEndpointConfig(value)
          .setLastUpdated(timestamp(held.updated()));
    } else {
      dump.addDynamicEndpointConfigsBuilder()
          .setVersionInfo(held.version())
          .setEndpointConfig(value)
          .setLastUpdated(timestamp(held.updated()))
          .setClientStatus(ClientResourceStatus.ACKED);
    }
  }

  private static void add(ListenersConfigDump.Builder dump, Held held) {
    Any value = ResourceEncoder.encode(held.value());
    if (held.stage() == Stage.STATIC) {
      dump.addStaticListenersBuilder().setListener(value).setLastUpdated(timestamp(held.updated()));
      return;
    }
    ListenersConfigDump.DynamicListenerState state =
        ListenersConfigDump.DynamicListenerState.newBuilder()
            .setVersionInfo(held.version())
            .setListener(value)
            .setLastUpdated(timestamp(held.updated()))
            .build();
    String name = held.value().name();
    ListenersConfigDump.DynamicListener.Builder entry =
        dump.getDynamicListenersBuilderList().stream()
            .filter(l -> l.getName().equals(name))
            .findFirst()
            .orElseGet(dump::addDynamicListenersBuilder)
            .setName(name)
            .setClientStatus(ClientResourceStatus.ACKED);
    if (held.stage() == Stage.WARMING) {
      entry.setWarmingState(state);
    } else {
      entry.setActiveState(state);
    }
  }

  private static void add(RoutesConfigDump.Builder dump, Held held) {
    Any value = ResourceEncoder.encode(held.value());
    if (held.stage() == Stage.STATIC) {
      dump.addStaticRouteConfigsBuilder()
          .setRouteConfig(value)
          .setLastUpdated(timestamp(held.updated()));
    } else {
      dump.addDynamicRouteConfigsBuilder()
          .setVersionInfo(held.version())
          .setRouteConfig(value)
          .setLastUpdated(timestamp(held.updated()))
          .setClientStatus(ClientResourceStatus.ACKED);
    }
  }

  private static void add(SecretsConfigDump.Builder dump, Held held) {
    Any value = ResourceEncoder.encode(held.value());
    if (held.stage() == Stage.STATIC) {
      dump.addStaticSecretsBuilder()
          .setName(held.value().name())
          .setSecret(value)
          .setLastUpdated(timestamp(held.updated()));
    } else {
      dump.addDynamicActiveSecretsBuilder()
          .setName(held.value().name())
          .setVersionInfo(held.version())
          .setSecret(value)
          .setLastUpdated(timestamp(held.updated()))
          .setClientStatus(ClientResourceStatus.ACKED);
    }
  }

  private static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder().setSeconds(duration.toSeconds()).build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
