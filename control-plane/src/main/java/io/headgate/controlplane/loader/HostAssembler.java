package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.FleetWeight;
import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.ObjectKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes the hosts of one service out of registrations, holds, overrides and weights.
 *
 * <p>A registration that cannot be read is held: the value that {@code holds/value/…} remembers
 * stands in for it, else the one that was in force. Hosts that expired together stand in from
 * {@code holds/hosts/…}.
 */
final class HostAssembler {
  /** Before the key of a broken value: its last good one. */
  static final String LAST_GOOD = "holds/value/";

  private final Keyspace keys;
  private final ValueReader reader;
  private final Map<String, Read> cache = new HashMap<>();
  private final Map<ObjectKey, ExpiryHold> localHolds = new HashMap<>();

  private record Read(String value, Checked<Host> host) {}

  HostAssembler(Keyspace keys, ValueReader reader) {
    this.keys = keys;
    this.reader = reader;
  }

  /** Holds expired hosts here until the hold key has come back from etcd. */
  void holdLocally(ObjectKey service, ExpiryHold hold) {
    localHolds.put(service, hold);
  }

  /** The hold on a service's expired hosts: the key's and what is still on its way to it. */
  Optional<ExpiryHold> expiryHold(ObjectKey service) {
    Optional<ExpiryHold> written =
        keys.get(ExpiryHold.key(service.namespace(), service.name()))
            .flatMap(value -> ExpiryHold.parse(value.value()));
    ExpiryHold local = localHolds.get(service);
    if (local == null) {
      return written;
    }
    return Optional.of(written.map(local::joined).orElse(local));
  }

  /**
   * The hold key was written or deleted: what etcd says counts, but for hosts that it does not name
   * yet.
   */
  void settleLocal(ObjectKey service) {
    Optional<ExpiryHold> written =
        keys.get(ExpiryHold.key(service.namespace(), service.name()))
            .flatMap(value -> ExpiryHold.parse(value.value()));
    ExpiryHold local = localHolds.get(service);
    if (local != null
        && (written.isEmpty()
            || written.get().hosts().keySet().containsAll(local.hosts().keySet()))) {
      localHolds.remove(service);
    }
  }

  Map<ObjectKey, ExpiryHold> localHolds() {
    return Map.copyOf(localHolds);
  }

  Checked<Host> read(HostKey key, StoredValue value) {
    Read cached = cache.get(value.key());
    if (cached == null || !cached.value.equals(value.value())) {
      cached = new Read(value.value(), reader.host(key, value.value()));
      cache.put(value.key(), cached);
    }
    return cached.host;
  }

  void forget(String key) {
    cache.remove(key);
  }

  /** Writes the hosts of a service and the holds on them into an edit. */
  void assemble(ImageEdit edit, ObjectKey service, ServiceHosts before, Instant now) {
    String prefix = "hosts/" + service.namespace() + "/" + service.name() + "/";
    SortedMap<String, ImageHost> hosts = new TreeMap<>();
    for (StoredValue value : keys.under(prefix)) {
      Optional<FleetKey> parsed = FleetKey.parse(value.key());
      if (parsed.isEmpty() || !(parsed.get() instanceof FleetKey.OfHost(HostKey key))) {
        continue;
      }
      switch (read(key, value)) {
        case Checked.Valid<Host>(Host host) -> {
          hosts.put(key.instance(), imageHost(edit, host, value.modRevision(), value.lease()));
          edit.hold(value.key(), null);
        }
        case Checked.Invalid<Host> invalid -> {
          Optional<Host> good = lastGood(key, value.key(), before);
          good.ifPresent(host ->
              hosts.put(key.instance(), imageHost(edit, host, value.modRevision(), value.lease())));
          edit.hold(value.key(), Holds.ofValue(edit, value, "", invalid.violations(), now));
        }
      }
    }
    String holdKey = ExpiryHold.key(service.namespace(), service.name());
    Optional<ExpiryHold> hold = expiryHold(service);
    hold.ifPresent(held -> addExpired(edit, service, held, hosts));
    edit.hold(
        holdKey,
        hold.map(held ->
                new Hold(
                    Hold.What.SERVICE,
                    holdKey,
                    keys.get(holdKey).map(StoredValue::modRevision).orElse(0L),
                    "",
                    held.since(),
                    new Hold.Problem(held.reason(), List.of(), ExpiryHold.END)))
            .orElse(null));
    edit.hosts(service, new ServiceHosts(hosts));
  }

  private void addExpired(
      ImageEdit edit, ObjectKey service, ExpiryHold hold, SortedMap<String, ImageHost> hosts) {
    hold.hosts()
        .forEach((instance, text) -> {
          HostKey key = new HostKey(service.namespace(), service.name(), instance);
          if (!hosts.containsKey(instance)
              && reader.host(key, text) instanceof Checked.Valid<Host>(Host host)) {
            hosts.put(instance, imageHost(edit, host, 0, 0));
          }
        });
  }

  private Optional<Host> lastGood(HostKey key, String path, ServiceHosts before) {
    Optional<Host> remembered =
        keys.get(LAST_GOOD + path)
            .map(value -> reader.host(key, value.value()))
            .flatMap(checked ->
                checked instanceof Checked.Valid<Host>(Host host)
                    ? Optional.of(host)
                    : Optional.empty());
    return remembered.or(
        () -> Optional.ofNullable(before.hosts().get(key.instance())).map(ImageHost::host));
  }

  private static ImageHost imageHost(ImageEdit edit, Host host, long revision, long lease) {
    ServiceWeights weights = edit.weightsOf(host.key().serviceKey());
    FleetWeight weight =
        weights == null
            ? FleetWeight.NEUTRAL
            : weights.hosts().getOrDefault(host.key().instance(), FleetWeight.NEUTRAL);
    return new ImageHost(host, edit.overrideOf(host.key()), weight, revision, lease);
  }
}
