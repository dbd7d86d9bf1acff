package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns changed keys into an edit of the image. The image is a function of the keys, whatever order
 * they came in.
 */
final class ImageAssembler {
  private final Keyspace keys;
  private final ValueReader reader;
  private final ObjectAssembler objects;
  private final HostAssembler hosts;

  ImageAssembler(Keyspace keys, ValueReader reader, ObjectAssembler objects, HostAssembler hosts) {
    this.keys = keys;
    this.reader = reader;
    this.objects = objects;
    this.hosts = hosts;
  }

  /** Whether a host's or an override's value breaks a rule; {@code false} for every other key. */
  boolean isBroken(StoredValue value) {
    return switch (FleetKey.parse(value.key()).orElse(null)) {
      case FleetKey.OfHost(HostKey host) -> !reader.host(host, value.value()).isValid();
      case FleetKey.OfOverride(HostKey host) -> !reader.override(host, value.value()).isValid();
      case null -> false;
      case FleetKey.Config _,
          FleetKey.Accepted _,
          FleetKey.Weights _,
          FleetKey.Hold _,
          FleetKey.Incarnation _,
          FleetKey.Previous _,
          FleetKey.Release _,
          FleetKey.Audit _,
          FleetKey.ControlPlanes _ ->
          false;
    };
  }

  /** The edit that brings an image in step with the keys, given which of them changed. */
  ImageEdit assemble(ConfigImage base, Set<String> changed, Instant now) {
    ImageEdit edit = base.edit();
    NavigableSet<ObjectKey> services = new TreeSet<>();
    for (String key : changed) {
      Optional<FleetKey> parsed = FleetKey.parse(key);
      if (parsed.isEmpty()) {
        unknown(edit, key, now);
        continue;
      }
      switch (parsed.get()) {
        case FleetKey.Config(ObjectKey object) -> objects.assemble(edit, object, now);
        case FleetKey.Accepted(ObjectKey object) -> objects.assemble(edit, object, now);
        case FleetKey.OfHost(HostKey host) -> {
          if (keys.get(key).isEmpty()) {
            hosts.forget(key);
            edit.hold(key, null);
          }
          services.add(host.serviceKey());
        }
        case FleetKey.OfOverride(HostKey host) -> override(edit, host, key, now);
        case FleetKey.Weights(String namespace, String service) ->
            weights(edit, new ObjectKey(Kind.SERVICE, namespace, service), key, now);
        case FleetKey.Hold(String what) -> heldService(what).ifPresent(services::add);
        case FleetKey.Incarnation _,
            FleetKey.Previous _,
            FleetKey.Release _,
            FleetKey.Audit _,
            FleetKey.ControlPlanes _ -> {}
      }
    }
    services.addAll(edit.changedServices());
    for (ObjectKey service : services) {
      hosts.assemble(edit, service, base.services().getOrDefault(service, ServiceHosts.NONE), now);
    }
    objects.judge(edit, now);
    return edit;
  }

  private void override(ImageEdit edit, HostKey host, String key, Instant now) {
    Optional<StoredValue> value = keys.get(key);
    if (value.isEmpty()) {
      edit.hold(key, null);
      edit.override(host, null);
      return;
    }
    switch (reader.override(host, value.get().value())) {
      case Checked.Valid<HostOverride>(HostOverride word) -> {
        edit.hold(key, null);
        edit.override(host, word.metadata().expiredAt(now) ? null : word);
      }
      case Checked.Invalid<HostOverride> invalid -> {
        edit.hold(key, Holds.ofValue(edit, value.get(), "", invalid.violations(), now));
        edit.override(host, lastGoodOverride(host, key, now).orElse(edit.overrideOf(host)));
      }
    }
  }

  private Optional<HostOverride> lastGoodOverride(HostKey host, String key, Instant now) {
    return keys.get(HostAssembler.LAST_GOOD + key)
        .map(value -> reader.override(host, value.value()))
        .flatMap(checked ->
            checked instanceof Checked.Valid<HostOverride>(HostOverride word)
                    && !word.metadata().expiredAt(now)
                ? Optional.of(word)
                : Optional.empty());
  }

  private void weights(ImageEdit edit, ObjectKey service, String key, Instant now) {
    Optional<StoredValue> value = keys.get(key);
    if (value.isEmpty()) {
      edit.hold(key, null);
      edit.weights(service, null);
      return;
    }
    switch (WeightsDocument.parse(value.get().value())) {
      case Checked.Valid<ServiceWeights>(ServiceWeights weights) -> {
        edit.hold(key, null);
        edit.weights(service, weights);
      }
      case Checked.Invalid<ServiceWeights> invalid -> {
        // The leader writes whole documents every few seconds: there is no older one worth keeping.
        edit.hold(key, Holds.ofValue(edit, value.get(), "", invalid.violations(), now));
        edit.weights(service, null);
      }
    }
  }

  private void unknown(ImageEdit edit, String key, Instant now) {
    Hold hold =
        keys.get(key)
            .map(value ->
                Holds.ofValue(
                    edit,
                    value,
                    "",
                    List.of(
                        new Violation(
                            "", 0, "", "no such kind, or not the shape of a key", "delete it")),
                    now))
            .orElse(null);
    edit.hold(key, hold);
  }

  /** The service that {@code holds/hosts/…} or {@code holds/value/hosts/…} is about. */
  private Optional<ObjectKey> heldService(String what) {
    String[] parts = what.split("/", -1);
    if (parts.length == 3 && parts[0].equals("hosts")) {
      ObjectKey service = new ObjectKey(Kind.SERVICE, parts[1], parts[2]);
      hosts.settleLocal(service);
      return Optional.of(service);
    }
    return parts.length == 5 && parts[0].equals("value") && parts[1].equals("hosts")
        ? Optional.of(new ObjectKey(Kind.SERVICE, parts[2], parts[3]))
        : Optional.empty();
  }
}
