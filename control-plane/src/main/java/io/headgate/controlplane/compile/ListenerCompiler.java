package io.headgate.controlplane.compile;

import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.TargetRef;
import io.headgate.xds.model.AccessLog;
import io.headgate.xds.model.Address;
import io.headgate.xds.model.ConnectionTimeouts;
import io.headgate.xds.model.DownstreamTls;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.FilterChainMatch;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.HttpFilter;
import io.headgate.xds.model.HttpLimits;
import io.headgate.xds.model.HttpTimeouts;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteSource;
import io.headgate.xds.model.RouterConfig;
import io.headgate.xds.model.TlsSettings;
import io.headgate.xds.model.TlsSettings.CertificateFiles;
import io.headgate.xds.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the listener of one port of a gateway.
 *
 * <p>Keys do not travel: a listener with TLS takes its certificate from files on the proxy's
 * machine, which the secret names in its annotations {@value #CHAIN_FILE} and {@value #KEY_FILE}. A
 * secret without them leaves its listener out, with the reason in the gateway's conditions.
 *
 * <p>Thread: any; stateless.
 */
final class ListenerCompiler {
  /** Annotation of a kubernetes.io/tls secret: file of the certificate chain at each proxy, PEM. */
  static final String CHAIN_FILE = "headgate.io/certificate-chain-file";

  /** Annotation of a kubernetes.io/tls secret: file of the private key at each proxy, PEM. */
  static final String KEY_FILE = "headgate.io/private-key-file";

  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** A port's listener, or nothing when none of its fleet listeners can be carried out. */
  record Outcome(Optional<Compiled<Listener>> listener, List<Condition> conditions) {}

  private final ConfigImage image;
  private final Policies policies;

  ListenerCompiler(ConfigImage image, Policies policies) {
    this.image = image;
    this.policies = policies;
  }

  /**
   * Compiles one port.
   *
   * @param onPort the fleet listeners of the port, all of one protocol
   * @param tokens the token policies that bear on the gateway
   */
  Outcome listener(
      ObjectKey gateway,
      int port,
      List<Gateway.Listener> onPort,
      Collection<SecurityPolicy> tokens) {
    String name = XdsNames.listener(gateway, port);
    Set<ObjectKey> owners = new TreeSet<>();
    owners.add(gateway);
    tokens.forEach(policy -> owners.add(policy.key()));
    List<Condition> conditions = new ArrayList<>();
    List<FilterChain> chains = new ArrayList<>();
    @Nullable FilterChain otherwise = null;
    boolean tls = onPort.getFirst().protocol() == Gateway.Protocol.HTTPS;
    for (Gateway.Listener listener : tls ? onPort : List.of(onPort.getFirst())) {
      Optional<ClientTrafficPolicy> policy =
          tls ? policies.client().at(gateway, listener.name()) : ofPort(gateway, onPort);
      policy.ifPresent(p -> owners.add(p.key()));
      List<CertificateFiles> certificates = new ArrayList<>();
      if (tls) {
        Optional<Condition> problem = certificates(listener, certificates);
        if (problem.isPresent()) {
          conditions.add(problem.get());
          continue;
        }
      }
      HttpConnectionManager http = http(name, policy, tokens);
      if (listener.hostname() == null || !tls) {
        otherwise = chain(name, FilterChainMatch.ANY, http, certificates);
      } else {
        chains.add(
            chain(name + "/" + listener.name(), sni(listener.hostname()), http, certificates));
      }
    }
    if (chains.isEmpty() && otherwise == null) {
      return new Outcome(Optional.empty(), conditions);
    }
    Listener listener =
        new Listener(
            name,
            new Address(EdgeDefaults.LISTEN_ADDRESS, port),
            otherwise == null || tls ? chains : List.of(otherwise),
            tls ? otherwise : null,
            EdgeDefaults.listener(tls));
    return new Outcome(Optional.of(Compiled.of(name, listener, owners)), conditions);
  }

  /**
   * Plain listeners that share a port share a connection manager: the first policy for one of them
   * counts for all.
   */
  private Optional<ClientTrafficPolicy> ofPort(ObjectKey gateway, List<Gateway.Listener> onPort) {
    return onPort.stream()
        .map(listener -> policies.client().winner(new TargetRef(gateway, listener.name())))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> policies.client().at(gateway, null));
  }

  private Optional<Condition> certificates(
      Gateway.Listener listener, List<CertificateFiles> files) {
    for (ObjectKey key : listener.certificates()) {
      Optional<Secret> secret = image.object(key, Secret.class);
      if (secret.isEmpty()) {
        return Optional.of(
            Condition.no(
                Condition.Type.RESOLVED_REFS,
                listener.name(),
                "InvalidCertificateRef",
                "there is no " + key));
      }
      Map<String, String> annotations = secret.get().metadata().annotations();
      String chain = annotations.get(CHAIN_FILE);
      String privateKey = annotations.get(KEY_FILE);
      if (chain == null || privateKey == null) {
        return Optional.of(
            Condition.no(
                Condition.Type.RESOLVED_REFS,
                listener.name(),
                "InvalidCertificateRef",
                "keys are not sent to proxies: name files on their machines in the annotations %s and %s of %s"
                    .formatted(CHAIN_FILE, KEY_FILE, key)));
      }
      files.add(new CertificateFiles(chain, privateKey, null));
    }
    return Optional.empty();
  }

  private static FilterChain chain(
      String name,
      FilterChainMatch match,
      HttpConnectionManager http,
      List<CertificateFiles> certificates) {
    DownstreamTls tls =
        certificates.isEmpty()
            ? null
            : new DownstreamTls(
                new TlsSettings(
                    certificates,
                    null,
                    List.of("http/1.1"),
                    TlsSettings.Version.AUTO,
                    TlsSettings.Version.AUTO),
                false);
    return new FilterChain(
        name, match, List.of(http), tls, tls == null ? Duration.ZERO : HANDSHAKE_TIMEOUT);
  }

  private static FilterChainMatch sni(String hostname) {
    return new FilterChainMatch(
        0, List.of(), List.of(hostname), "tls", List.of(), List.of(), Set.of());
  }

  private static HttpConnectionManager http(
      String name, Optional<ClientTrafficPolicy> policy, Collection<SecurityPolicy> tokens) {
    List<HttpFilter> filters = new ArrayList<>();
    // Always there: were it taken away with the last policy, routes of before, which arrive apart,
    // would stand open for a moment.
    filters.add(new HttpFilter(TokenRules.FILTER, TokenRules.filter(tokens), false, false));
    filters.add(new HttpFilter("envoy.filters.http.router", RouterConfig.DEFAULT, false, false));
    ClientTrafficPolicy.Timeouts wanted =
        policy.map(ClientTrafficPolicy::timeouts).orElse(ClientTrafficPolicy.Timeouts.NONE);
    ClientTrafficPolicy.HeaderLimits heads =
        policy.map(ClientTrafficPolicy::headers).orElse(ClientTrafficPolicy.HeaderLimits.NONE);
    HttpTimeouts plain = EdgeDefaults.TIMEOUTS;
    return new HttpConnectionManager(
        name,
        new RouteSource.Rds(name, FETCH_TIMEOUT),
        filters,
        policy
            .map(p -> p.accessLogs().stream().map(ListenerCompiler::accessLog).toList())
            .orElse(List.of()),
        new HttpTimeouts(
            or(wanted.request(), plain.request()),
            or(wanted.requestHeaders(), plain.requestHeaders()),
            or(wanted.streamIdle(), plain.streamIdle()),
            plain.maxStream(),
            new ConnectionTimeouts(
                or(wanted.idle(), plain.connection().idle()),
                plain.connection().max(),
                plain.connection().http1SafeMax(),
                plain.connection().drain(),
                plain.connection().delayedClose())),
        new HttpLimits(
            or(heads.maxKib(), EdgeDefaults.LIMITS.maxRequestHeadersKb()),
            or(heads.maxCount(), EdgeDefaults.LIMITS.maxHeadersCount()),
            EdgeDefaults.LIMITS.maxRequestsPerConnection()),
        EdgeDefaults.rules(policy.map(ClientTrafficPolicy::trustedHops).orElse(0)));
  }

  private static AccessLog accessLog(ClientTrafficPolicy.AccessLog log) {
    AccessLog.Sink sink =
        switch (log.sink()) {
          case ClientTrafficPolicy.Sink.Stdout s -> new AccessLog.Sink.Stdout();
          case ClientTrafficPolicy.Sink.File f -> new AccessLog.Sink.File(f.path());
        };
    String text = log.text();
    if (!log.json().isEmpty()) {
      Map<String, Value> fields = new TreeMap<>();
      log.json().forEach((key, value) -> fields.put(key, new Value.Str(value)));
      return new AccessLog(sink, new AccessLog.Format.Json(new Value.Obj(fields), false));
    }
    if (text == null) {
      return new AccessLog(sink, AccessLog.Format.DEFAULT);
    }
    return new AccessLog(
        sink, new AccessLog.Format.Text(text.endsWith("\n") ? text : text + "\n", false));
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
