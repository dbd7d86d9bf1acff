package io.headgate.controlplane.compile.value;

import io.headgate.fleet.ObjectKey;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An xDS value with the fleet objects that it was made from.
 *
 * @param name the resource's name
 * @param owners whom a refusal of the resource concerns
 */
public record Compiled<V>(String name, V value, SortedSet<ObjectKey> owners) {
  public Compiled {
    owners = Collections.unmodifiableSortedSet(new TreeSet<>(owners));
  }

  public static <V> Compiled<V> of(String name, V value, Collection<ObjectKey> owners) {
    return new Compiled<>(name, value, new TreeSet<>(owners));
  }
}
