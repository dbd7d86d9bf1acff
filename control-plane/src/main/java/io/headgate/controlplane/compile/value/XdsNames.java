package io.headgate.controlplane.compile.value;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;

/**
 * The names of generated resources. They carry their owners, so that logs and dumps can be read.
 */
public final class XdsNames {
  // No name of an object has an at sign or a colon.
  private static final String CALLER = "@";
  private static final String TICKET_KEYS = ":ticket-keys";

  private XdsNames() {}

  /** Listener and route configuration of a gateway's port. */
  public static String listener(ObjectKey gateway, int port) {
    return gateway.namespace() + "/" + gateway.name() + "/" + port;
  }

  /** Route configuration of a listener whose routes nothing else of its port may reach. */
  public static String apart(String listener, Gateway.Listener part) {
    return listener + "/" + part.name();
  }

  /** Cluster and load assignment of a service's port. */
  public static String cluster(ObjectKey service, int port) {
    return service.namespace() + "/" + service.name() + ":" + port;
  }

  /** The cluster of a service's port for a gateway that shows a certificate to its hosts. */
  public static String cluster(String plain, ObjectKey gateway) {
    return plain + CALLER + gateway.namespace() + "/" + gateway.name();
  }

  /** The name of a service's port in that of one of its clusters, whoever calls. */
  public static String portOf(String cluster) {
    int at = cluster.indexOf(CALLER);
    return at < 0 ? cluster : cluster.substring(0, at);
  }

  /** A cluster that there never is, in place of one that a route must not reach. */
  public static String unreachable(String cluster) {
    return "not-permitted:" + cluster;
  }

  /** A secret. */
  public static String secret(ObjectKey secret) {
    return secret.namespace() + "/" + secret.name();
  }

  /** The keys of session tickets in a secret. */
  public static String ticketKeys(ObjectKey secret) {
    return secret(secret) + TICKET_KEYS;
  }

  /** Whether a secret holds keys of session tickets. */
  public static boolean isTicketKeys(String secret) {
    return secret.endsWith(TICKET_KEYS);
  }

  /** The object that {@link #secret} and {@link #ticketKeys} were made from. */
  public static ObjectKey secretOf(String name) {
    String plain =
        isTicketKeys(name) ? name.substring(0, name.length() - TICKET_KEYS.length()) : name;
    int slash = plain.indexOf('/');
    return new ObjectKey(Kind.SECRET, plain.substring(0, slash), plain.substring(slash + 1));
  }

  /** The secret with the authorities that a policy trusts. */
  public static String authorities(ObjectKey policy) {
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
  public static String requirement(ObjectKey policy) {
    return policy.namespace() + "/" + policy.name();
  }

  /** An issuer of a policy. */
  public static String provider(ObjectKey policy, String provider) {
    return policy.namespace() + "/" + policy.name() + "/" + provider;
  }
}
