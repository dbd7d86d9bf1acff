package io.headgate.xds.model.bootstrap;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the proxy watches of itself, and what it does when that runs short.
 *
 * @param refreshInterval from one look at the resources to the next; 1 s by default
 */
public record OverloadManager(
    Duration refreshInterval, List<Monitor> monitors, List<Action> actions) {

  /**
   * A resource and its limit.
   *
   * @param name by which triggers refer to it
   */
  public record Monitor(String name, Resource resource) {
    public Monitor {
      Checks.notEmpty(name, "name");
    }
  }

  /** What is watched. */
  public sealed interface Resource {
    /** The Java heap. */
    record Heap(long maxBytes) implements Resource {
      public Heap {
        Checks.atLeast(maxBytes, 1, "max_heap_size_bytes");
      }
    }

    /** Downstream connections of all listeners; it refuses by itself and triggers no action. */
    record DownstreamConnections(long max) implements Resource {
      public DownstreamConnections {
        Checks.atLeast(max, 1, "max_active_downstream_connections");
      }
    }

    /** Network buffers outside the heap; 0 for the limit of the Java machine. */
    record DirectMemory(long maxBytes) implements Resource {
      public DirectMemory {
        Checks.atLeast(maxBytes, 0, "max_bytes");
      }
    }

    /** File descriptors; the reserve is kept back from connections. */
    record FileDescriptors(int reserve) implements Resource {
      public FileDescriptors {
        Checks.atLeast(reserve, 1, "reserve");
      }
    }

    /** How late event loops are; the lag that is pressure 1. */
    record EventLoopLag(Duration max) implements Resource {
      public EventLoopLag {
        Checks.positive(max, "max_lag");
      }
    }
  }

  /** What is done. */
  public enum ActionKind {
    DISABLE_HTTP_KEEPALIVE,
    STOP_ACCEPTING_REQUESTS,
    STOP_ACCEPTING_CONNECTIONS,
    REJECT_INCOMING_CONNECTIONS,
    REDUCE_TIMEOUTS,
    SHRINK_HEAP
  }

  /**
   * An action with what triggers it; the strongest trigger counts.
   *
   * @param timers the timers that {@link ActionKind#REDUCE_TIMEOUTS} reduces, else empty
   */
  public record Action(ActionKind kind, List<Trigger> triggers, List<ScaledTimer> timers) {
    public Action {
      triggers = List.copyOf(triggers);
      timers = List.copyOf(timers);
      Checks.require(!triggers.isEmpty(), "triggers must not be empty");
      Checks.require(
          timers.isEmpty() != (kind == ActionKind.REDUCE_TIMEOUTS),
          "typed_config with timer_scale_factors belongs to reduce_timeouts, which needs it");
    }
  }

  /** When, by the pressure of a monitor; pressures are within 0..1. */
  public sealed interface Trigger {
    /** Returns the name of the monitor. */
    String monitor();

    /** On from a pressure on. */
    record Threshold(String monitor, double value) implements Trigger {
      public Threshold {
        Checks.require(value >= 0 && value <= 1, "value must be within 0..1");
      }
    }

    /** Grows from nothing at one pressure to all at another. */
    record Scaled(String monitor, double scaling, double saturation) implements Trigger {
      public Scaled {
        Checks.require(
            scaling >= 0 && saturation <= 1 && scaling < saturation,
            "scaling_threshold must be less than saturation_threshold");
      }
    }
  }

  /** A timer, and what is left of it when the action is saturated. */
  public record ScaledTimer(Timer timer, Minimum minimum) {
    /** Which timer. */
    public enum Timer {
      CONNECTION_IDLE,
      STREAM_IDLE,
      TRANSPORT_SOCKET_CONNECT,
      CONNECTION_MAX
    }
  }

  /** What is left of a timer at most pressure. */
  public sealed interface Minimum {
    /** A duration. */
    record Fixed(Duration value) implements Minimum {
      public Fixed {
        Checks.notNegative(value, "min_timeout");
      }
    }

    /** A share of the configured timeout. */
    record Scale(double percent) implements Minimum {
      public Scale {
        Checks.require(percent >= 0 && percent <= 100, "min_scale must be within 0..100");
      }
    }
  }

  public OverloadManager {
    monitors = List.copyOf(monitors);
    actions = List.copyOf(actions);
    Checks.require(
        refreshInterval.compareTo(Duration.ofMillis(1)) >= 0,
        "refresh_interval must be at least 1 ms");
    Set<String> names = new HashSet<>();
    for (Monitor monitor : monitors) {
      Checks.require(names.add(monitor.name()), "duplicate resource monitor " + monitor.name());
    }
    Set<ActionKind> kinds = new HashSet<>();
    for (Action action : actions) {
      Checks.require(kinds.add(action.kind()), "duplicate overload action " + action.kind());
      Set<String> used = new HashSet<>();
      for (Trigger trigger : action.triggers()) {
        Checks.require(
            names.contains(trigger.monitor()),
            "trigger names " + trigger.monitor() + ", which is no resource monitor");
        Checks.require(used.add(trigger.monitor()), "duplicate trigger " + trigger.monitor());
      }
    }
  }
}
