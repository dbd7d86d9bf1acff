package io.headgate.controlplane.compile;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;

/**
 * The names of generated resources. They carry their owners, so that logs and dumps can be read.
 */
public final class XdsNames {
  private XdsNames() {}

  /** Listener and route configuration of a gateway's port. */
  public static String listener(ObjectKey gateway, int port) {
    return gateway.namespace() + "/" + gateway.name() + "/" + port;
  }

  /** Route configuration of a listener whose routes nothing else of its port may reach. */
  static String apart(String listener, Gateway.Listener part) {
    return listener + "/" + part.name();
  }

  /** Cluster and load assignment of a service's port. */
  public static String cluster(ObjectKey service, int port) {
    return service.namespace() + "/" + service.name() + ":" + port;
  }

  /** A cluster that there never is, in place of one that a route must not reach. */
  static String unreachable(String cluster) {
    return "not-permitted:" + cluster;
  }

  /** A secret. */
  public static String secret(ObjectKey secret) {
    return secret.namespace() + "/" + secret.name();
  }

  /** The secret with the authorities that a policy trusts. */
  static String authorities(ObjectKey policy) {
    return policy.kind().keyName() + "/" + policy.namespace() + "/" + policy.name();
  }

  /** Whether a secret holds authorities, which everybody may know, and no key. */
  public static boolean isAuthorities(String secret) {
    return secret.indexOf('/') != secret.lastIndexOf('/');
  }

  /** A route of a rule; all routes of a rule share the name. */
  public static String route(ObjectKey route, int rule) {
    String infix = route.kind() == Kind.GRPC_ROUTE ? "/grpc/" : "/rule/";
    return route.namespace() + "/" + route.name() + infix + rule;
  }

  /** A token requirement of a policy. */
  static String requirement(ObjectKey policy) {
    return policy.namespace() + "/" + policy.name();
  }

  /** An issuer of a policy. */
  static String provider(ObjectKey policy, String provider) {
    return policy.namespace() + "/" + policy.name() + "/" + provider;
  }
}
