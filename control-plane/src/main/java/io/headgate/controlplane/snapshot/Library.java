package io.headgate.controlplane.snapshot;

import io.headgate.controlplane.compile.CompiledFleet;
import io.headgate.controlplane.compile.CompiledGateway;
import io.headgate.controlplane.compile.CompiledService;
import io.headgate.controlplane.compile.listener.OwnExtensions;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.codec.ResourceEncoder;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All resources of a compiled fleet, encoded; what was compiled before and not again is not encoded
 * again.
 *
 * <p>Thread: immutable once made.
 */
final class Library {
  /**
   * A compiled value and its encoding; identity of the value says whether the encoding is up to
   * date.
   */
  private record Entry(Compiled<?> compiled, EncodedResource encoded) {}

  static final Library EMPTY = new Library();

  private final Map<String, Entry> clusters = new HashMap<>();
  private final Map<String, Entry> endpoints = new HashMap<>();
  private final Map<String, Entry> listeners = new HashMap<>();
  private final Map<String, Entry> routes = new HashMap<>();

  /** The same for clients without Headgate's own extensions. */
  private final Map<String, Entry> stockListeners = new HashMap<>();

  private final Map<String, Entry> stockRoutes = new HashMap<>();
  private final Map<String, Entry> secrets = new HashMap<>();

  /** Load assignments that were encoded anew. */
  private final Map<String, EncodedResource> newEndpoints = new HashMap<>();

  private Library() {}

  /** The next library, for a fleet that was compiled on from this one's. */
  static Library of(CompiledFleet fleet, Library before) {
    Library next = new Library();
    for (CompiledService service : fleet.services().values()) {
      service.clusters().values().forEach(cluster -> next.cluster(fleet, cluster, before));
      for (Compiled<ClusterLoadAssignment> assignment : service.endpoints().values()) {
        EncodedResource encoded =
            next.put(
                fleet.image(),
                ResourceType.ENDPOINTS,
                assignment,
                before.endpoints,
                next.endpoints,
                v -> References.NONE);
        Entry old = before.endpoints.get(assignment.name());
        if (old == null || !old.encoded.equals(encoded)) {
          next.newEndpoints.put(assignment.name(), encoded);
        }
      }
      service.secrets().values().forEach(secret -> next.secret(fleet, secret, before));
    }
    for (CompiledGateway gateway : fleet.gateways().values()) {
      gateway.own().clusters().values().forEach(cluster -> next.cluster(fleet, cluster, before));
      gateway.listeners().values().forEach(listener -> next.listener(fleet, listener, before));
      gateway.routes().values().forEach(table -> next.routes(fleet, table, before));
      gateway.apart().values().forEach(table -> next.routes(fleet, table, before));
      gateway.secrets().values().forEach(secret -> next.secret(fleet, secret, before));
    }
    return next;
  }

  private void cluster(CompiledFleet fleet, Compiled<Cluster> cluster, Library before) {
    put(
        fleet.image(),
        ResourceType.CLUSTER,
        cluster,
        before.clusters,
        clusters,
        ReferencesOf::cluster);
  }

  private void listener(CompiledFleet fleet, Compiled<Listener> listener, Library before) {
    Function<Listener, References> references = ReferencesOf::listener;
    ResourceType type = ResourceType.LISTENER;
    put(fleet.image(), type, listener, before.listeners, listeners, references);
    put(
        fleet.image(),
        type,
        listener,
        OwnExtensions::without,
        before.stockListeners,
        stockListeners,
        references);
  }

  private void routes(CompiledFleet fleet, Compiled<RouteConfiguration> table, Library before) {
    Function<RouteConfiguration, References> references = ReferencesOf::routes;
    ResourceType type = ResourceType.ROUTES;
    EncodedResource full = put(fleet.image(), type, table, before.routes, routes, references);
    if (OwnExtensions.usedBy(table.value())) {
      put(
          fleet.image(),
          type,
          table,
          OwnExtensions::without,
          before.stockRoutes,
          stockRoutes,
          references);
    } else {
      stockRoutes.put(table.name(), new Entry(table, full));
    }
  }

  private void secret(CompiledFleet fleet, Compiled<Secret> secret, Library before) {
    put(fleet.image(), ResourceType.SECRET, secret, before.secrets, secrets, v -> References.NONE);
  }

  private <V extends Resource> EncodedResource put(
      ConfigImage image,
      ResourceType type,
      Compiled<V> compiled,
      Map<String, Entry> before,
      Map<String, Entry> into,
      Function<V, References> references) {
    return put(image, type, compiled, UnaryOperator.identity(), before, into, references);
  }

  @SuppressWarnings("ReferenceEquality") // a value that was not compiled again is the same object
  private <V extends Resource> EncodedResource put(
      ConfigImage image,
      ResourceType type,
      Compiled<V> compiled,
      UnaryOperator<V> shape,
      Map<String, Entry> before,
      Map<String, Entry> into,
      Function<V, References> references) {
    Entry old = before.get(compiled.name());
    EncodedResource encoded;
    if (old != null && old.compiled == compiled) {
      encoded = old.encoded;
    } else {
      V value = shape.apply(compiled.value());
      byte[] any = ResourceEncoder.encode(value).toByteArray();
      List<Owner> owners = owners(image, compiled);
      encoded =
          old != null && Arrays.equals(old.encoded.any(), any)
              ? old.encoded.withOwners(owners)
              : EncodedResource.of(type, compiled.name(), any, references.apply(value), owners);
    }
    into.put(compiled.name(), new Entry(compiled, encoded));
    return encoded;
  }

  private static List<Owner> owners(ConfigImage image, Compiled<?> compiled) {
    List<Owner> owners = new ArrayList<>();
    for (ObjectKey key : compiled.owners()) {
      AcceptedObject accepted = image.objects().get(key);
      owners.add(
          accepted == null
              ? new Owner(FleetKey.of(key).path(), "", 0)
              : new Owner(FleetKey.of(key).path(), accepted.author(), accepted.revision()));
    }
    return owners;
  }

  @Nullable EncodedResource cluster(String name) {
    return encoded(clusters, name);
  }

  /** A secret, with its private key. */
  @Nullable EncodedResource secret(String name) {
    return encoded(secrets, name);
  }

  @Nullable EncodedResource endpoints(String name) {
    return encoded(endpoints, name);
  }

  /**
   * A listener.
   *
   * @param own whether with Headgate's own extensions
   */
  @Nullable EncodedResource listener(String name, boolean own) {
    return encoded(own ? listeners : stockListeners, name);
  }

  /**
   * A route table.
   *
   * @param own whether with Headgate's own extensions
   */
  @Nullable EncodedResource routes(String name, boolean own) {
    return encoded(own ? routes : stockRoutes, name);
  }

  /** Load assignments that differ from those of the library before. */
  Map<String, EncodedResource> newEndpoints() {
    return newEndpoints;
  }

  private static @Nullable EncodedResource encoded(Map<String, Entry> entries, String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : entry.encoded;
  }
}
