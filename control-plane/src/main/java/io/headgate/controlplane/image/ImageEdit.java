package io.headgate.controlplane.image;

import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectKey;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One change of an image under way: notes what is different by value and copies only the maps that
 * are touched.
 *
 * <p>Thread: confined to the loader's. Passing null for a value removes it.
 */
public final class ImageEdit {
  private final ConfigImage base;
  private final SortedSet<ObjectKey> changedObjects = new TreeSet<>();
  private final SortedSet<ObjectKey> changedServices = new TreeSet<>();
  private final SortedSet<String> changedHolds = new TreeSet<>();
  private SortedMap<ObjectKey, AcceptedObject> objects;
  private SortedMap<ObjectKey, ServiceHosts> services;
  private SortedMap<HostKey, HostOverride> overrides;
  private SortedMap<ObjectKey, ServiceWeights> weights;
  private SortedMap<String, Hold> holds;

  ImageEdit(ConfigImage base) {
    this.base = base;
    this.objects = base.objects();
    this.services = base.services();
    this.overrides = base.overrides();
    this.weights = base.weights();
    this.holds = base.holds();
  }

  public ImageEdit object(ObjectKey key, @Nullable AcceptedObject value) {
    if (!Objects.equals(objects.get(key), value)) {
      objects = own(objects, base.objects());
      set(objects, key, value);
      changedObjects.add(key);
    }
    return this;
  }

  /** The hosts of a service; none removes it. */
  public ImageEdit hosts(ObjectKey service, ServiceHosts value) {
    ServiceHosts wanted = value.hosts().isEmpty() ? null : value;
    if (!Objects.equals(services.get(service), wanted)) {
      services = own(services, base.services());
      set(services, service, wanted);
      changedServices.add(service);
    }
    return this;
  }

  public ImageEdit override(HostKey host, @Nullable HostOverride value) {
    if (!Objects.equals(overrides.get(host), value)) {
      overrides = own(overrides, base.overrides());
      set(overrides, host, value);
      changedServices.add(host.serviceKey());
    }
    return this;
  }

  public ImageEdit weights(ObjectKey service, @Nullable ServiceWeights value) {
    if (!Objects.equals(weights.get(service), value)) {
      weights = own(weights, base.weights());
      set(weights, service, value);
      changedServices.add(service);
    }
    return this;
  }

  public ImageEdit hold(String key, @Nullable Hold value) {
    if (!Objects.equals(holds.get(key), value)) {
      holds = own(holds, base.holds());
      set(holds, key, value);
      changedHolds.add(key);
    }
    return this;
  }

  /** The hold on a key, as edited so far. */
  public @Nullable Hold holdOn(String key) {
    return holds.get(key);
  }

  /** The override in force for a host, as edited so far. */
  public @Nullable HostOverride overrideOf(HostKey host) {
    return overrides.get(host);
  }

  /** The weights of a service, as edited so far. */
  public @Nullable ServiceWeights weightsOf(ObjectKey service) {
    return weights.get(service);
  }

  /** Services whose hosts, overrides or weights were edited so far. */
  public SortedSet<ObjectKey> changedServices() {
    return new TreeSet<>(changedServices);
  }

  public ConfigDelta delta() {
    return new ConfigDelta(changedObjects, changedServices, changedHolds);
  }

  /** The new image. */
  public ConfigImage finish(Provenance provenance) {
    return new ConfigImage(provenance, objects, services, overrides, weights, holds);
  }

  /** A map that may be written: identity tells whether it was copied before. */
  @SuppressWarnings("ReferenceEquality")
  private static <K, V> SortedMap<K, V> own(SortedMap<K, V> current, SortedMap<K, V> base) {
    return current == base ? new TreeMap<>(current) : current;
  }

  private static <K, V> void set(SortedMap<K, V> map, K key, @Nullable V value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }
}
