package io.headgate.xds.codec.bootstrap;

import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.headgate.proto.extensions.v1.DirectMemory;
import io.headgate.proto.extensions.v1.EventLoopLag;
import io.headgate.proto.extensions.v1.FileDescriptors;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.model.bootstrap.OverloadManager;
import io.headgate.xds.model.bootstrap.OverloadManager.Action;
import io.headgate.xds.model.bootstrap.OverloadManager.ActionKind;
import io.headgate.xds.model.bootstrap.OverloadManager.Minimum;
import io.headgate.xds.model.bootstrap.OverloadManager.Monitor;
import io.headgate.xds.model.bootstrap.OverloadManager.Resource;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer;
import io.headgate.xds.model.bootstrap.OverloadManager.Trigger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes what a proxy watches of itself. */
final class OverloadDecoder {
  private static final String ENVOY = "envoy.extensions.resource_monitors.";
  private static final String OURS = "headgate.extensions.v1.";
  private static final Duration REFRESH = Duration.ofSeconds(1);
  private static final Duration LAG = Duration.ofMillis(100);
  private static final int DESCRIPTOR_RESERVE = 64;

  private static final Map<String, Extension<Resource>> RESOURCES =
      Map.of(
          ENVOY + "fixed_heap.v3.FixedHeapConfig",
          new Extension<>(
              FixedHeapConfig.getDefaultInstance(),
              r -> new Resource.Heap(r.integer("max_heap_size_bytes"))),
          ENVOY + "downstream_connections.v3.DownstreamConnectionsConfig",
          new Extension<>(
              DownstreamConnectionsConfig.getDefaultInstance(),
              r ->
                  new Resource.DownstreamConnections(
                      r.integer("max_active_downstream_connections"))),
          OURS + "DirectMemory",
          new Extension<>(
              DirectMemory.getDefaultInstance(),
              r -> new Resource.DirectMemory(r.integer("max_bytes"))),
          OURS + "FileDescriptors",
          new Extension<>(
              FileDescriptors.getDefaultInstance(),
              r -> {
                int reserve = r.small("reserve");
                return new Resource.FileDescriptors(reserve == 0 ? DESCRIPTOR_RESERVE : reserve);
              }),
          OURS + "EventLoopLag",
          new Extension<>(
              EventLoopLag.getDefaultInstance(),
              r -> new Resource.EventLoopLag(r.duration("max_lag", LAG))));

  static final Map<String, ActionKind> ACTIONS = actions();

  private static final Map<String, Extension<List<ScaledTimer>>> ACTION_CONFIGS =
      Map.of(
          "envoy.config.overload.v3.ScaleTimersOverloadActionConfig",
          new Extension<>(
              ScaleTimersOverloadActionConfig.getDefaultInstance(),
              r -> r.list("timer_scale_factors", OverloadDecoder::timer)));

  private static final Map<String, ScaledTimer.Timer> TIMERS =
      Map.of(
          "HTTP_DOWNSTREAM_CONNECTION_IDLE", ScaledTimer.Timer.CONNECTION_IDLE,
          "HTTP_DOWNSTREAM_STREAM_IDLE", ScaledTimer.Timer.STREAM_IDLE,
          "TRANSPORT_SOCKET_CONNECT", ScaledTimer.Timer.TRANSPORT_SOCKET_CONNECT,
          "HTTP_DOWNSTREAM_CONNECTION_MAX", ScaledTimer.Timer.CONNECTION_MAX);

  private OverloadDecoder() {}

  private static Map<String, ActionKind> actions() {
    Map<String, ActionKind> actions = new LinkedHashMap<>();
    for (ActionKind kind : ActionKind.values()) {
      actions.put("envoy.overload_actions." + kind.name().toLowerCase(java.util.Locale.ROOT), kind);
    }
    return actions;
  }

  static OverloadManager decode(MessageReader r) {
    Duration refresh = r.duration("refresh_interval", REFRESH);
    List<Monitor> monitors = r.list("resource_monitors", OverloadDecoder::monitor);
    List<Action> actions = r.list("actions", OverloadDecoder::action);
    return new OverloadManager(refresh, monitors, actions);
  }

  private static Monitor monitor(MessageReader r) {
    String name = r.string("name");
    Resource resource = r.extension("typed_config", RESOURCES);
    return new Monitor(name, r.need("typed_config", resource));
  }

  private static Action action(MessageReader r) {
    String name = r.string("name");
    ActionKind kind = ACTIONS.get(name);
    if (kind == null) {
      r.refuse(
          "name",
          "the action is not implemented",
          "use one of " + ACTIONS.keySet().stream().toList());
    }
    List<Trigger> triggers = r.list("triggers", OverloadDecoder::trigger);
    List<ScaledTimer> timers = r.extension("typed_config", ACTION_CONFIGS);
    return new Action(r.built(kind), triggers, timers == null ? List.of() : timers);
  }

  private static Trigger trigger(MessageReader r) {
    String name = r.string("name");
    return switch (r.which("trigger_oneof")) {
      case "threshold" ->
          r.need(
              "threshold",
              r.message("threshold", t -> new Trigger.Threshold(name, t.real("value"))));
      case "scaled" ->
          r.need(
              "scaled",
              r.message(
                  "scaled",
                  t ->
                      new Trigger.Scaled(
                          name, t.real("scaling_threshold"), t.real("saturation_threshold"))));
      default -> throw new Refusal();
    };
  }

  private static ScaledTimer timer(MessageReader r) {
    ScaledTimer.Timer timer = r.oneOf("timer", TIMERS);
    Minimum minimum =
        switch (r.which("overload_adjust")) {
          case "min_timeout" -> new Minimum.Fixed(r.need("min_timeout", r.duration("min_timeout")));
          case "min_scale" -> new Minimum.Scale(r.percent("min_scale", 0));
          default -> throw new Refusal();
        };
    return new ScaledTimer(r.built(timer), minimum);
  }
}
