package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.access.Access;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.listener.ClientOverlay;
import io.headgate.controlplane.compile.listener.HttpCompiler;
import io.headgate.controlplane.compile.listener.SocketRules;
import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.route.Attachment;
import io.headgate.controlplane.compile.tls.ClientTlsRules;
import io.headgate.controlplane.compile.tls.TlsCertificates;
import io.headgate.controlplane.compile.tls.TlsTickets;
import io.headgate.controlplane.compile.tls.TrustAnchors;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.Hostnames;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.ObjectKey;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.TcpProxy;
import io.headgate.xds.model.TerminalFilter;
import io.headgate.xds.model.listener.FilterChainMatch;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.value.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the listener of one port of a gateway.
 *
 * <p>Thread: any; stateless.
 */
final class ListenerCompiler {
  private static final List<String> HTTP_ALPN = List.of("h2", "http/1.1");

  /** A port's listener, or nothing when none of its fleet listeners can be carried out. */
  record Outcome(Optional<Compiled<Listener>> listener, List<Condition> conditions) {}

  private final ConfigImage image;
  private final Policies policies;
  private final Grants grants;

  ListenerCompiler(ConfigImage image, Policies policies) {
    this.image = image;
    this.policies = policies;
    this.grants = Grants.of(image);
  }

  /**
   * Compiles one port.
   *
   * @param onPort the fleet listeners of the port, all of one protocol
   * @param access what of access control the gateway uses
   */
  Outcome listener(ObjectKey gateway, int port, List<Gateway.Listener> onPort, Access access) {
    String name = XdsNames.listener(gateway, port);
    Set<ObjectKey> owners = new TreeSet<>();
    owners.add(gateway);
    access.policies().forEach(policy -> owners.add(policy.key()));
    List<Condition> conditions = new ArrayList<>();
    List<FilterChain> chains = new ArrayList<>();
    @Nullable FilterChain otherwise = null;
    boolean tls = onPort.getFirst().protocol() == Gateway.Protocol.HTTPS;
    for (Gateway.Listener listener : tls ? onPort : List.of(onPort.getFirst())) {
      Optional<ClientTrafficPolicy> policy = policies.client(gateway, listener, onPort);
      policy.ifPresent(p -> owners.add(p.key()));
      ClientSettings settings = ClientOverlay.of(policy);
      List<SecretRef> certificates = new ArrayList<>();
      if (tls) {
        Optional<Condition> problem =
            certificates(gateway, listener, certificates).or(() -> authorities(listener, policy));
        if (problem.isPresent()) {
          conditions.add(problem.get());
          continue;
        }
      }
      boolean apart = tls && ClientTlsRules.asksClients(policy);
      HttpConnectionManager http =
          HttpCompiler.http(
              apart ? XdsNames.apart(name, listener) : name,
              settings,
              ClientTlsRules.forwarded(policy),
              access);
      DownstreamTls security = tls ? security(certificates, policy, HTTP_ALPN) : null;
      Duration handshake =
          security == null
              ? Duration.ZERO
              : or(settings.timeouts().tlsHandshake(), EdgeDefaults.HANDSHAKE_TIMEOUT);
      if (listener.hostname() == null || !tls) {
        otherwise = chain(name, FilterChainMatch.ANY, http, security, handshake);
      } else {
        chains.add(
            chain(
                name + "/" + listener.name(), sni(listener.hostname()), http, security, handshake));
      }
    }
    if (chains.isEmpty() && otherwise == null) {
      return new Outcome(Optional.empty(), conditions);
    }
    Optional<ClientTrafficPolicy> wide = policies.ofPort(gateway, onPort);
    wide.ifPresent(p -> owners.add(p.key()));
    Listener listener =
        new Listener(
            name,
            new Address(EdgeDefaults.LISTEN_ADDRESS, port),
            otherwise == null || tls ? chains : List.of(otherwise),
            tls ? otherwise : null,
            SocketRules.of(tls, ClientOverlay.of(wide)));
    return new Outcome(Optional.of(Compiled.of(name, listener, owners)), conditions);
  }

  /**
   * Compiles one port whose connections are passed on byte by byte.
   *
   * @param onPort the fleet listeners of the port, of protocol TLS or TCP
   * @param attachments the routes at them
   */
  Outcome connections(
      ObjectKey gateway,
      int port,
      List<Gateway.Listener> onPort,
      List<Attachment> attachments,
      ConnectionCompiler compiler) {
    String name = XdsNames.listener(gateway, port);
    Set<ObjectKey> owners = new TreeSet<>();
    owners.add(gateway);
    List<Condition> conditions = new ArrayList<>();
    List<FilterChain> chains = new ArrayList<>();
    FilterChain otherwise =
        chain(name, FilterChainMatch.ANY, ConnectionCompiler.none(name), null, Duration.ZERO);
    for (Gateway.Listener listener : onPort) {
      Optional<ClientTrafficPolicy> policy = policies.client(gateway, listener, onPort);
      policy.ifPresent(p -> owners.add(p.key()));
      List<SecretRef> certificates = new ArrayList<>();
      Optional<Condition> problem = certificates(gateway, listener, certificates);
      if (problem.isEmpty() && !certificates.isEmpty()) {
        problem = authorities(listener, policy);
      }
      if (problem.isPresent()) {
        conditions.add(problem.get());
        continue;
      }
      DownstreamTls security =
          certificates.isEmpty() ? null : security(certificates, policy, List.of());
      Duration handshake = security == null ? Duration.ZERO : EdgeDefaults.HANDSHAKE_TIMEOUT;
      for (Attachment attachment : attachments) {
        if (!attachment.listener().equals(listener)
            || !(attachment.route() instanceof ConnectionRoute route)) {
          continue;
        }
        owners.add(route.key());
        TcpProxy proxy = compiler.of(name, route);
        for (String domain : attachment.domains()) {
          if (!Hostnames.belongs(domain, listener, onPort)) {
            continue; // one listener alone is meant most precisely
          }
          if (domain.equals(Hostnames.ANY)) {
            otherwise = chain(name, FilterChainMatch.ANY, proxy, security, handshake);
          } else {
            String chain = name + "/" + route.key().namespace() + "/" + route.key().name();
            chains.add(chain(chain + "/" + domain, sni(domain), proxy, security, handshake));
          }
        }
      }
    }
    boolean tls = onPort.getFirst().protocol() == Gateway.Protocol.TLS;
    ClientSettings settings = ClientOverlay.of(policies.ofPort(gateway, onPort));
    Listener listener =
        new Listener(
            name,
            new Address(EdgeDefaults.LISTEN_ADDRESS, port),
            chains,
            otherwise,
            SocketRules.of(tls, settings));
    return new Outcome(Optional.of(Compiled.of(name, listener, owners)), conditions);
  }

  /** What is wrong with the certificates of a listener. */
  Optional<Condition> unresolved(ObjectKey gateway, Gateway.Listener listener) {
    return certificates(gateway, listener, new ArrayList<>());
  }

  private DownstreamTls security(
      List<SecretRef> certificates, Optional<ClientTrafficPolicy> policy, List<String> usual) {
    SecretRef ticketKeys = policy.flatMap(p -> TlsTickets.ref(p, image, grants)).orElse(null);
    return ClientTlsRules.tls(certificates, policy, ticketKeys, usual);
  }

  /** What is wrong with the authorities that a listener is to check clients by. */
  private Optional<Condition> authorities(
      Gateway.Listener listener, Optional<ClientTrafficPolicy> policy) {
    return policy
        .flatMap(p -> ClientTlsRules.failures(p, image, grants).stream().findFirst())
        .map(failure ->
            Condition.no(
                Condition.Type.RESOLVED_REFS,
                listener.name(),
                failure.reason(),
                failure.message()));
  }

  private Optional<Condition> certificates(
      ObjectKey gateway, Gateway.Listener listener, List<SecretRef> files) {
    TlsCertificates references = new TlsCertificates(image, grants);
    for (ObjectKey key : listener.certificates()) {
      TlsCertificates.Found found = references.of(gateway, key, "InvalidCertificateRef");
      TrustAnchors.Failure failure = found.failure();
      if (failure != null) {
        return Optional.of(
            Condition.no(
                Condition.Type.RESOLVED_REFS,
                listener.name(),
                failure.reason(),
                failure.message()));
      }
      found.optional().ifPresent(files::add);
    }
    return Optional.empty();
  }

  private static FilterChain chain(
      String name,
      FilterChainMatch match,
      TerminalFilter filter,
      @Nullable DownstreamTls tls,
      Duration handshake) {
    return new FilterChain(name, match, List.of(filter), tls, handshake);
  }

  private static FilterChainMatch sni(String hostname) {
    return new FilterChainMatch(
        0, List.of(), List.of(hostname), "tls", List.of(), List.of(), Set.of());
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
