package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.TargetRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a change of the image makes stale, as it was before and as it is now.
 *
 * @param services services whose clusters and load assignments are to be made again
 * @param endpoints services whose load assignments are to be made again
 */
record Dirty(
    SortedSet<ObjectKey> services, SortedSet<ObjectKey> endpoints, SortedSet<ObjectKey> gateways) {

  /** Everything that either image names. */
  static Dirty everything(ConfigImage image) {
    Dirty dirty = new Dirty(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    image.objects().keySet().stream()
        .filter(key -> key.kind() == Kind.SERVICE)
        .forEach(key -> dirty.services.add(key));
    dirty.gateways.addAll(gateways(image));
    return dirty;
  }

  static Dirty of(CompiledFleet before, ConfigImage after, ConfigDelta delta) {
    Dirty dirty = new Dirty(new TreeSet<>(), new TreeSet<>(delta.services()), new TreeSet<>());
    for (ObjectKey key : delta.objects()) {
      for (ConfigImage image : List.of(before.image(), after)) {
        image.object(key).ifPresent(object -> dirty.add(object, image, before));
      }
    }
    return dirty;
  }

  private void add(FleetObject object, ConfigImage image, CompiledFleet before) {
    switch (object.kind()) {
      case GATEWAY_CLASS -> gateways.addAll(gateways(image));
      case GATEWAY -> gateways.add(object.key());
      case HTTP_ROUTE, GRPC_ROUTE, TLS_ROUTE, TCP_ROUTE -> parents((GatewayRoute) object);
      case REFERENCE_GRANT -> gateways.addAll(gateways(image));
      case SERVICE -> {
        services.add(object.key());
        users(object.key(), before);
      }
      case CLIENT_TRAFFIC_POLICY ->
          targets(((ClientTrafficPolicy) object).targets(), image, before);
      case BACKEND_TRAFFIC_POLICY ->
          targets(((BackendTrafficPolicy) object).targets(), image, before);
      case SECURITY_POLICY -> targets(((SecurityPolicy) object).targets(), image, before);
      case BACKEND_TLS_POLICY -> targets(((BackendTlsPolicy) object).targets(), image, before);
      case SECRET, CONFIG_MAP -> {
        holders(object.key(), image);
        believers(object.key(), image, before);
      }
      case HOST, OVERRIDE -> {} // part of their service's hosts
    }
  }

  private void parents(GatewayRoute route) {
    route.parents().forEach(parent -> gateways.add(parent.gateway()));
  }

  private void targets(List<TargetRef> targets, ConfigImage image, CompiledFleet before) {
    for (TargetRef target : targets) {
      ObjectKey key = target.object();
      switch (key.kind()) {
        case GATEWAY -> gateways.add(key);
        case HTTP_ROUTE, GRPC_ROUTE ->
            Stream.of(image, before.image())
                .forEach(where -> where.object(key, RequestRoute.class).ifPresent(this::parents));
        case SERVICE -> {
          services.add(key);
          users(key, before);
        }
        case GATEWAY_CLASS,
            TLS_ROUTE,
            TCP_ROUTE,
            REFERENCE_GRANT,
            CLIENT_TRAFFIC_POLICY,
            BACKEND_TRAFFIC_POLICY,
            SECURITY_POLICY,
            BACKEND_TLS_POLICY,
            SECRET,
            CONFIG_MAP,
            HOST,
            OVERRIDE -> {}
      }
    }
  }

  /** The gateways that route to a service. A route that is new is dirty by itself. */
  private void users(ObjectKey service, CompiledFleet before) {
    for (Map.Entry<ObjectKey, CompiledGateway> gateway : before.gateways().entrySet()) {
      if (gateway.getValue().services().contains(service)) {
        gateways.add(gateway.getKey());
      }
    }
  }

  private void holders(ObjectKey secret, ConfigImage image) {
    for (Gateway gateway : Policies.all(image, Kind.GATEWAY, Gateway.class)) {
      if (secret.equals(gateway.clientCertificate())
          || gateway.listeners().stream()
              .anyMatch(listener -> listener.certificates().contains(secret))) {
        gateways.add(gateway.key());
      }
    }
  }

  /** What policies govern that trust the authorities of an object. */
  private void believers(ObjectKey holder, ConfigImage image, CompiledFleet before) {
    for (BackendTlsPolicy policy :
        Policies.all(image, Kind.BACKEND_TLS_POLICY, BackendTlsPolicy.class)) {
      if (policy.references().contains(holder)) {
        targets(policy.targets(), image, before);
      }
    }
    for (ClientTrafficPolicy policy :
        Policies.all(image, Kind.CLIENT_TRAFFIC_POLICY, ClientTrafficPolicy.class)) {
      if (policy.tls().references().contains(holder)) {
        targets(policy.targets(), image, before);
      }
    }
  }

  private static Collection<ObjectKey> gateways(ConfigImage image) {
    return image.objects().keySet().stream().filter(key -> key.kind() == Kind.GATEWAY).toList();
  }
}
