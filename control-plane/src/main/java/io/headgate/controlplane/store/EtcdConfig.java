package io.headgate.controlplane.store;

import io.headgate.fleet.FleetKeys;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is and how to talk to it.
 *
 * @param endpoints client addresses, {@code http://host:port} or {@code https://host:port}
 * @param prefix before every key, without a slash at its end, for example {@code /headgate/v1}
 * @param requestTimeout bound of every single call
 */
public record EtcdConfig(
    List<URI> endpoints,
    String prefix,
    Optional<Tls> tls,
    Optional<Login> login,
    Duration requestTimeout) {
  public static final String DEFAULT_PREFIX = FleetKeys.DEFAULT_PREFIX;
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(5);

  public EtcdConfig {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("at least one etcd endpoint is needed");
    }
    if (!prefix.startsWith("/") || prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix must begin with / and not end with it: " + prefix);
    }
    if (requestTimeout.isNegative() || requestTimeout.isZero()) {
      throw new IllegalArgumentException("request timeout must be positive: " + requestTimeout);
    }
  }

  /** Plain text, no login, all defaults. */
  public static EtcdConfig of(String... endpoints) {
    return new EtcdConfig(
        List.of(endpoints).stream().map(URI::create).toList(),
        DEFAULT_PREFIX,
        Optional.empty(),
        Optional.empty(),
        DEFAULT_REQUEST_TIMEOUT);
  }

  /**
   * TLS towards etcd, all files in PEM.
   *
   * @param authority file with the certificates that etcd's own must descend from
   * @param certificate our certificate chain, for mTLS
   * @param key our private key (PKCS #8), for mTLS
   * @param serverName name expected in etcd's certificate when it differs from the endpoint's host
   */
  public record Tls(
      Path authority, Optional<Path> certificate, Optional<Path> key, Optional<String> serverName) {
    public Tls {
      if (certificate.isPresent() != key.isPresent()) {
        throw new IllegalArgumentException("certificate and key come together or not at all");
      }
    }
  }

  /** User and password of etcd's own authentication. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }
}
