package io.headgate.controlplane.compile.value;

import io.headgate.fleet.AllowedRoutes.RouteKind;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import java.util.List;

/**
 * Which kinds of routes a listener takes.
 *
 * <p>Thread: any; stateless. Spec: Gateway API, {@code AllowedRoutes.kinds}.
 */
public final class RouteKinds {
  private static final String GROUP = "gateway.networking.k8s.io";

  private RouteKinds() {}

  /** The kinds that a listener's protocol has. */
  private static List<Kind> possible(Gateway.Protocol protocol) {
    return switch (protocol) {
      case HTTP, HTTPS -> List.of(Kind.HTTP_ROUTE, Kind.GRPC_ROUTE);
      case TLS -> List.of(Kind.TLS_ROUTE);
      case TCP -> List.of(Kind.TCP_ROUTE);
    };
  }

  /** The kinds that may attach. */
  public static List<Kind> taken(Gateway.Listener listener) {
    List<Kind> possible = possible(listener.protocol());
    return listener.routes().kinds().isEmpty()
        ? possible
        : possible.stream().filter(kind -> isNamed(kind, listener)).toList();
  }

  /** Kinds that the listener names and cannot have. */
  public static List<String> invalid(Gateway.Listener listener) {
    return listener.routes().kinds().stream()
        .filter(named -> possible(listener.protocol()).stream().noneMatch(k -> is(k, named)))
        .map(named -> named.group() + "/" + named.kind())
        .toList();
  }

  private static boolean isNamed(Kind kind, Gateway.Listener listener) {
    return listener.routes().kinds().stream().anyMatch(named -> is(kind, named));
  }

  private static boolean is(Kind kind, RouteKind named) {
    return named.group().equals(GROUP) && named.kind().equals(kind.manifestName());
  }
}
