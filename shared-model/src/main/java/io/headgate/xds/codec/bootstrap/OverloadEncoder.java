package io.headgate.xds.codec.bootstrap;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.overload.v3.OverloadAction;
import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ResourceMonitor;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig.ScaleTimer;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig.TimerType;
import io.envoyproxy.envoy.config.overload.v3.ScaledTrigger;
import io.envoyproxy.envoy.config.overload.v3.ThresholdTrigger;
import io.envoyproxy.envoy.config.overload.v3.Trigger;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.type.v3.Percent;
import io.headgate.proto.extensions.v1.DirectMemory;
import io.headgate.proto.extensions.v1.EventLoopLag;
import io.headgate.proto.extensions.v1.FileDescriptors;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Wire;
import io.headgate.xds.model.bootstrap.OverloadManager.Action;
import io.headgate.xds.model.bootstrap.OverloadManager.Minimum;
import io.headgate.xds.model.bootstrap.OverloadManager.Monitor;
import io.headgate.xds.model.bootstrap.OverloadManager.Resource;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer;
import java.util.Locale;

/** Encodes what a proxy watches of itself. */
final class OverloadEncoder {
  private OverloadEncoder() {}

  static OverloadManager encode(io.headgate.xds.model.bootstrap.OverloadManager overload) {
    OverloadManager.Builder builder =
        OverloadManager.newBuilder()
            .setRefreshInterval(Protos.duration(overload.refreshInterval()));
    for (Monitor monitor : overload.monitors()) {
      builder.addResourceMonitors(
          ResourceMonitor.newBuilder()
              .setName(monitor.name())
              .setTypedConfig(Wire.pack(resource(monitor.resource()))));
    }
    overload.actions().forEach(action -> builder.addActions(action(action)));
    return builder.build();
  }

  private static Message resource(Resource resource) {
    return switch (resource) {
      case Resource.Heap heap ->
          FixedHeapConfig.newBuilder().setMaxHeapSizeBytes(heap.maxBytes()).build();
      case Resource.DownstreamConnections connections ->
          DownstreamConnectionsConfig.newBuilder()
              .setMaxActiveDownstreamConnections(connections.max())
              .build();
      case Resource.DirectMemory memory ->
          DirectMemory.newBuilder().setMaxBytes(memory.maxBytes()).build();
      case Resource.FileDescriptors files ->
          FileDescriptors.newBuilder().setReserve(files.reserve()).build();
      case Resource.EventLoopLag lag ->
          EventLoopLag.newBuilder().setMaxLag(Protos.duration(lag.max())).build();
    };
  }

  private static OverloadAction action(Action action) {
    OverloadAction.Builder builder =
        OverloadAction.newBuilder()
            .setName("envoy.overload_actions." + action.kind().name().toLowerCase(Locale.ROOT));
    action.triggers().forEach(trigger -> builder.addTriggers(trigger(trigger)));
    if (!action.timers().isEmpty()) {
      ScaleTimersOverloadActionConfig.Builder timers = ScaleTimersOverloadActionConfig.newBuilder();
      action.timers().forEach(timer -> timers.addTimerScaleFactors(timer(timer)));
      builder.setTypedConfig(Wire.pack(timers.build()));
    }
    return builder.build();
  }

  private static Trigger trigger(io.headgate.xds.model.bootstrap.OverloadManager.Trigger trigger) {
    Trigger.Builder builder = Trigger.newBuilder().setName(trigger.monitor());
    return switch (trigger) {
      case io.headgate.xds.model.bootstrap.OverloadManager.Trigger.Threshold threshold ->
          builder.setThreshold(ThresholdTrigger.newBuilder().setValue(threshold.value())).build();
      case io.headgate.xds.model.bootstrap.OverloadManager.Trigger.Scaled scaled ->
          builder
              .setScaled(
                  ScaledTrigger.newBuilder()
                      .setScalingThreshold(scaled.scaling())
                      .setSaturationThreshold(scaled.saturation()))
              .build();
    };
  }

  private static ScaleTimer timer(ScaledTimer timer) {
    ScaleTimer.Builder builder =
        ScaleTimer.newBuilder()
            .setTimer(
                switch (timer.timer()) {
                  case CONNECTION_IDLE -> TimerType.HTTP_DOWNSTREAM_CONNECTION_IDLE;
                  case STREAM_IDLE -> TimerType.HTTP_DOWNSTREAM_STREAM_IDLE;
                  case TRANSPORT_SOCKET_CONNECT -> TimerType.TRANSPORT_SOCKET_CONNECT;
                  case CONNECTION_MAX -> TimerType.HTTP_DOWNSTREAM_CONNECTION_MAX;
                });
    return switch (timer.minimum()) {
      case Minimum.Fixed fixed -> builder.setMinTimeout(Protos.duration(fixed.value())).build();
      case Minimum.Scale scale ->
          builder.setMinScale(Percent.newBuilder().setValue(scale.percent())).build();
    };
  }
}
