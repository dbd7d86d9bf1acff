package io.headgate.controlplane.image;

import io.headgate.fleet.FleetObject;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectKey;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The accepted config of the fleet at one etcd revision.
 *
 * <p>Two replicas that have seen the same etcd revision have images that are equal but for {@link
 * Provenance#time} and the times of holds. Objects and overrides that have expired are not in it.
 *
 * @param objects accepted objects of the kinds under {@code config/}
 * @param services hosts by the key of their service, whether there is such a service object or not
 * @param overrides operators' words in force, whether there is such a host or not
 * @param weights what the feedback loop wrote, by service key
 * @param holds by etcd key relative to the prefix
 */
public record ConfigImage(
    Provenance provenance,
    SortedMap<ObjectKey, AcceptedObject> objects,
    SortedMap<ObjectKey, ServiceHosts> services,
    SortedMap<HostKey, HostOverride> overrides,
    SortedMap<ObjectKey, ServiceWeights> weights,
    SortedMap<String, Hold> holds) {
  /** Nothing is known. Never published. */
  public static final ConfigImage EMPTY =
      new ConfigImage(
          Provenance.NONE,
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>());

  /** The maps must not be changed afterwards by anyone. */
  public ConfigImage {
    objects = Collections.unmodifiableSortedMap(objects);
    services = Collections.unmodifiableSortedMap(services);
    overrides = Collections.unmodifiableSortedMap(overrides);
    weights = Collections.unmodifiableSortedMap(weights);
    holds = Collections.unmodifiableSortedMap(holds);
  }

  /** The accepted value of an object. */
  public Optional<FleetObject> object(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(AcceptedObject::object);
  }

  /** The accepted object of a type; the key's kind must be that of the type. */
  public <T extends FleetObject> Optional<T> object(ObjectKey key, Class<T> type) {
    return object(key).map(type::cast);
  }

  /**
   * The age of an object: the etcd revision at which it was first accepted. One that is not
   * accepted is younger than all others.
   */
  public long created(ObjectKey key) {
    AcceptedObject accepted = objects.get(key);
    return accepted == null ? Long.MAX_VALUE : accepted.created();
  }

  /** The hosts of a service; none when it has none. */
  public ServiceHosts hosts(ObjectKey service) {
    return services.getOrDefault(service, ServiceHosts.NONE);
  }

  /** The same content, known to come from somewhere else. */
  public ConfigImage from(Provenance other) {
    return new ConfigImage(other, objects, services, overrides, weights, holds);
  }

  /** Begins a change of this image, which itself stays as it is. */
  public ImageEdit edit() {
    return new ImageEdit(this);
  }
}
