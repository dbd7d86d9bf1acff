package io.headgate.dataplane.xds;

import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.thread.XdsThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The waits for first answers: one for each name, or for a type of which everything is wanted. A
 * wait ends with an answer of any kind or with its time; zero waits for ever.
 *
 * <p>Thread: the xds thread.
 */
final class FetchTimers {
  /** Stands for everything of a type. */
  static final String ALL = "*";

  private final XdsThread thread;
  private final BiConsumer<ResourceType, String> settled;
  private final BiConsumer<ResourceType, String> expired;
  private final Map<Key, XdsThread.Timer> waits = new HashMap<>();

  private record Key(ResourceType type, String name) {}

  /**
   * @param settled told when a wait ends, however it does
   * @param expired told before, when it ends by its time
   */
  FetchTimers(
      XdsThread thread,
      BiConsumer<ResourceType, String> settled,
      BiConsumer<ResourceType, String> expired) {
    this.thread = thread;
    this.settled = settled;
    this.expired = expired;
  }

  void begin(ResourceType type, String name, Duration timeout) {
    Key key = new Key(type, name);
    XdsThread.Timer timer =
        timeout.isZero() ? () -> {} : thread.schedule(timeout, () -> expire(key));
    XdsThread.Timer before = waits.put(key, timer);
    if (before != null) {
      before.cancel();
    }
  }

  /** Nobody waits for this any more. */
  void forget(ResourceType type, String name) {
    XdsThread.Timer timer = waits.remove(new Key(type, name));
    if (timer != null) {
      timer.cancel();
    }
  }

  /** These names were answered, and with them the type as a whole. */
  void answered(ResourceType type, Set<String> names) {
    end(type, ALL);
    new TreeSet<>(names).forEach(name -> end(type, name));
  }

  private void end(ResourceType type, String name) {
    XdsThread.Timer timer = waits.remove(new Key(type, name));
    if (timer != null) {
      timer.cancel();
      settled.accept(type, name);
    }
  }

  private void expire(Key key) {
    if (waits.containsKey(key)) {
      expired.accept(key.type(), key.name());
      end(key.type(), key.name());
    }
  }
}
