package io.headgate.dataplane.overload;

import io.headgate.dataplane.observe.Gauge;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.bootstrap.OverloadManager.Action;
import io.headgate.xds.model.bootstrap.OverloadManager.Trigger;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** How strongly an action is in force, from 0 to 1. <b>Thread:</b> one writes, any reads. */
final class ActionState {
  private final Action action;
  private final Gauge active;
  private final Gauge scale;
  private volatile float value;

  ActionState(Action action, Scope scope) {
    this.action = action;
    this.active = scope.gauge("active");
    this.scale = scope.gauge("scale_percent");
  }

  Action action() {
    return action;
  }

  /** Weighs the triggers by the pressures of the monitors; the strongest counts. */
  void update(Map<String, Double> pressures) {
    double most = 0;
    for (Trigger trigger : action.triggers()) {
      double pressure = pressures.getOrDefault(trigger.monitor(), 0.0);
      double now =
          switch (trigger) {
            case Trigger.Threshold(String _, double at) -> pressure >= at ? 1 : 0;
            case Trigger.Scaled(String _, double from, double to) ->
                Math.clamp((pressure - from) / (to - from), 0.0, 1.0);
          };
      most = Math.max(most, now);
    }
    value = (float) most;
    active.set(most >= 1 ? 1 : 0);
    scale.set(Math.round(most * 100));
  }

  float value() {
    return value;
  }

  boolean isSaturated() {
    return value >= 1;
  }

  /** Returns whether the action applies to the one thing at hand: by lot unless saturated. */
  boolean applies() {
    float now = value;
    return now >= 1 || (now > 0 && ThreadLocalRandom.current().nextFloat() < now);
  }
}
