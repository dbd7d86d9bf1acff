package io.headgate.controlplane.image;

import io.headgate.fleet.ObjectKey;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What differs between two images, by value.
 *
 * @param objects accepted objects that came, changed or went
 * @param services keys of services whose hosts came, changed or went, the weights and overrides of
 *     their hosts included
 * @param holds keys of holds that came, changed or went
 */
public record ConfigDelta(
    SortedSet<ObjectKey> objects, SortedSet<ObjectKey> services, SortedSet<String> holds) {
  public static final ConfigDelta NONE =
      new ConfigDelta(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());

  public ConfigDelta {
    objects = Collections.unmodifiableSortedSet(new TreeSet<>(objects));
    services = Collections.unmodifiableSortedSet(new TreeSet<>(services));
    holds = Collections.unmodifiableSortedSet(new TreeSet<>(holds));
  }

  /** Nothing that anyone compiles or shows has changed. */
  public boolean isEmpty() {
    return objects.isEmpty() && services.isEmpty() && holds.isEmpty();
  }
}
