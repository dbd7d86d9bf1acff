package io.headgate.controlplane.snapshot;

import io.headgate.controlplane.compile.TestFleet;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.codec.FleetReader;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Edits at random of what routes consist of: listeners of all protocols, also such as conflict;
 * routes of all kinds; services and grants of another namespace.
 */
final class RouteMutations {
  private static final List<String> LISTENERS =
      List.of(
          "{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}",
          "{name: host, port: 80, protocol: HTTP, hostname: h0.org}",
          "{name: clash, port: 80, protocol: TCP}",
          "{name: more, port: 81, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}}",
          "{name: pass, port: 443, protocol: TLS, tls: {mode: Passthrough}}",
          "{name: deep, port: 443, protocol: TLS, hostname: h1.org, tls: {mode: Passthrough}}",
          "{name: raw, port: 90, protocol: TCP}");

  private RouteMutations() {}

  /** One edit. */
  static void mutate(ImageEdit edit, SplittableRandom random, long revision) {
    String text =
        switch (random.nextInt(6)) {
          case 0 -> gateway(random);
          case 1 -> requests(random, "HTTPRoute", "{path: {value: /p%d}}");
          case 2 -> requests(random, "GRPCRoute", "{method: {service: s%d}}");
          case 3 -> connections(random);
          case 4 -> grant(random);
          default -> service(random);
        };
    FleetObject object = FleetReader.manifests(text).getFirst().object().orThrow();
    if (random.nextInt(4) == 0) {
      edit.object(object.key(), null);
    } else {
      TestFleet.put(edit, object, revision);
    }
  }

  private static String gateway(SplittableRandom random) {
    StringBuilder listeners = new StringBuilder();
    for (String listener : LISTENERS) {
      if (random.nextInt(3) > 0) {
        listeners.append("  - ").append(listener).append('\n');
      }
    }
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: g%d}
    spec:
      gatewayClassName: headgate
      listeners:
      - {name: always, port: 82, protocol: HTTP}
    """
            .formatted(random.nextInt(2))
        + listeners;
  }

  private static String requests(SplittableRandom random, String kind, String match) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: %s
    metadata: {name: q%d, namespace: %s}
    spec:
      parentRefs: [%s]
      hostnames: %s
      rules:
      - name: one
        matches: [%s]
        backendRefs: [%s, %s]
    """
        .formatted(
            kind,
            random.nextInt(3),
            namespace(random),
            parent(random),
            random.nextBoolean() ? "[]" : "[h" + random.nextInt(2) + ".org]",
            match.formatted(random.nextInt(2)),
            backend(random),
            backend(random));
  }

  private static String connections(SplittableRandom random) {
    boolean tls = random.nextBoolean();
    return """
    apiVersion: gateway.networking.k8s.io/v1alpha2
    kind: %s
    metadata: {name: c%d}
    spec:
      parentRefs: [%s]
    %s  rules: [{backendRefs: [%s]}]
    """
        .formatted(
            tls ? "TLSRoute" : "TCPRoute",
            random.nextInt(3),
            parent(random),
            tls ? "  hostnames: [h" + random.nextInt(3) + ".org]\n" : "",
            backend(random));
  }

  private static String parent(SplittableRandom random) {
    String section = pick(random, null, null, "http", "more", "deep", "raw");
    String port = pick(random, null, null, null, "80", "443");
    return "{name: g%d, namespace: default%s%s}"
        .formatted(
            random.nextInt(2),
            section == null ? "" : ", sectionName: " + section,
            port == null ? "" : ", port: " + port);
  }

  private static String grant(SplittableRandom random) {
    return """
    apiVersion: gateway.networking.k8s.io/v1beta1
    kind: ReferenceGrant
    metadata: {name: a%d, namespace: other}
    spec:
      from: [{group: gateway.networking.k8s.io, kind: %s, namespace: default}]
      to: [{group: "", kind: Service%s}]
    """
        .formatted(
            random.nextInt(2),
            pick(random, "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"),
            random.nextBoolean() ? "" : ", name: s" + random.nextInt(2));
  }

  private static String service(SplittableRandom random) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: s%d, namespace: %s}
    spec: {ports: [{port: 80}]}
    """
        .formatted(random.nextInt(2), namespace(random));
  }

  private static String backend(SplittableRandom random) {
    return "{name: s%d, namespace: %s, port: 80, weight: %d}"
        .formatted(random.nextInt(2), namespace(random), random.nextInt(3));
  }

  private static String namespace(SplittableRandom random) {
    return random.nextBoolean() ? "default" : "other";
  }

  private static @Nullable String pick(SplittableRandom random, @Nullable String... among) {
    return among[random.nextInt(among.length)];
  }
}
