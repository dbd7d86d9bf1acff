package io.headgate.fleet.codec.rule;

import io.headgate.fleet.Kind;
import java.util.List;
import java.util.Map;

/** Which {@code apiVersion} a kind may carry, and kinds that are known by name alone. */
public final class ApiVersions {
  public static final String GATEWAY_GROUP = "gateway.networking.k8s.io";
  static final String OWN_GROUP = "gateway.headgate.io";

  /** Kinds that a manifest may well hold, and what to do about them. */
  public static final Map<String, String> NOT_IMPLEMENTED =
      Map.ofEntries(
          Map.entry("UDPRoute", "only HTTP, TLS and TCP are served"),
          Map.entry("ListenerSet", "list the listeners in the Gateway"),
          Map.entry(
              "Host",
              "hosts register themselves; use headgate register, or put the key with etcdctl"),
          Map.entry("Endpoints", "hosts register themselves; use headgate register"),
          Map.entry("EndpointSlice", "hosts register themselves; use headgate register"),
          Map.entry("Namespace", "a namespace needs no object; remove it"),
          Map.entry("List", "write the objects one after another with --- between them"),
          Map.entry("Ingress", "use a Gateway and an HTTPRoute"),
          Map.entry("Deployment", "Headgate starts no backends; remove it"));

  private ApiVersions() {}

  /** The versions that are read; the first is the one that is written. */
  public static List<String> of(Kind kind) {
    return switch (kind) {
      case GATEWAY_CLASS, GATEWAY, HTTP_ROUTE ->
          List.of(GATEWAY_GROUP + "/v1", GATEWAY_GROUP + "/v1beta1");
      case GRPC_ROUTE -> List.of(GATEWAY_GROUP + "/v1");
      case TLS_ROUTE, TCP_ROUTE -> List.of(GATEWAY_GROUP + "/v1alpha2", GATEWAY_GROUP + "/v1");
      case BACKEND_TLS_POLICY -> List.of(GATEWAY_GROUP + "/v1", GATEWAY_GROUP + "/v1alpha3");
      case REFERENCE_GRANT -> List.of(GATEWAY_GROUP + "/v1beta1", GATEWAY_GROUP + "/v1");
      case SERVICE -> List.of(OWN_GROUP + "/v1", "v1");
      case SECRET -> List.of("v1", OWN_GROUP + "/v1");
      case CONFIG_MAP -> List.of("v1");
      case CLIENT_TRAFFIC_POLICY, BACKEND_TRAFFIC_POLICY, SECURITY_POLICY, HOST, OVERRIDE ->
          List.of(OWN_GROUP + "/v1");
    };
  }

  /** The groups by which a reference may call a kind; the first is the usual one. */
  public static List<String> groupsOf(Kind kind) {
    return switch (kind) {
      case GATEWAY_CLASS,
          GATEWAY,
          HTTP_ROUTE,
          GRPC_ROUTE,
          TLS_ROUTE,
          TCP_ROUTE,
          REFERENCE_GRANT,
          BACKEND_TLS_POLICY ->
          List.of(GATEWAY_GROUP);
      case SERVICE, SECRET -> List.of("", OWN_GROUP);
      case CONFIG_MAP -> List.of("");
      case CLIENT_TRAFFIC_POLICY, BACKEND_TRAFFIC_POLICY, SECURITY_POLICY, HOST, OVERRIDE ->
          List.of(OWN_GROUP);
    };
  }
}
