package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.SecretBytes;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.FilterChain;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the secrets that listeners and clusters ask for by their names: certificates, the only
 * values that hold a private key, keys of session tickets, and the authorities of clients.
 *
 * <p>Thread: any; stateless.
 */
public final class SecretCompiler {
  private SecretCompiler() {}

  public static Map<String, Compiled<Secret>> of(
      Map<Integer, Compiled<Listener>> listeners, ConfigImage image) {
    Map<String, Compiled<Secret>> secrets = new TreeMap<>();
    for (Compiled<Listener> listener : listeners.values()) {
      for (String name : names(listener.value())) {
        Compiled<Secret> secret = secret(name, image);
        if (secret != null) {
          secrets.put(name, secret);
        }
      }
    }
    return secrets;
  }

  /** The certificates that clusters show to their hosts. */
  public static Map<String, Compiled<Secret>> shown(
      Collection<Compiled<Cluster>> clusters, ConfigImage image) {
    Map<String, Compiled<Secret>> secrets = new TreeMap<>();
    for (Compiled<Cluster> cluster : clusters) {
      UpstreamTls tls = cluster.value().options().tls();
      for (SecretRef ref : tls == null ? List.<SecretRef>of() : tls.settings().certificates()) {
        if (ref instanceof SecretRef.Discovered(String name, _)) {
          Compiled<Secret> secret = secret(name, image);
          if (secret != null) {
            secrets.put(name, secret);
          }
        }
      }
    }
    return secrets;
  }

  /** The secrets that a listener asks the control plane for. */
  public static List<String> names(Listener listener) {
    List<FilterChain> chains = new ArrayList<>(listener.filterChains());
    if (listener.defaultFilterChain() != null) {
      chains.add(listener.defaultFilterChain());
    }
    List<String> names = new ArrayList<>();
    for (FilterChain chain : chains) {
      if (chain.tls() != null) {
        for (SecretRef ref : chain.tls().secrets()) {
          if (ref instanceof SecretRef.Discovered(String name, _)) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  private static @Nullable Compiled<Secret> secret(String name, ConfigImage image) {
    if (XdsNames.isAuthorities(name)) {
      String[] parts = name.split("/", -1);
      ObjectKey policy = new ObjectKey(Kind.CLIENT_TRAFFIC_POLICY, parts[1], parts[2]);
      return image
          .object(policy, ClientTrafficPolicy.class)
          .map(p -> ClientTlsRules.secret(p, image))
          .orElse(null);
    }
    ObjectKey key = XdsNames.secretOf(name);
    io.headgate.fleet.Secret secret =
        image.object(key, io.headgate.fleet.Secret.class).orElse(null);
    if (secret == null) {
      return null;
    }
    if (XdsNames.isTicketKeys(name)) {
      return TlsTickets.secret(secret);
    }
    SecretBytes chain = secret.entry(io.headgate.fleet.Secret.TLS_CERTIFICATE).orElse(null);
    SecretBytes privateKey = secret.entry(io.headgate.fleet.Secret.TLS_KEY).orElse(null);
    if (chain == null || privateKey == null) {
      return null;
    }
    TlsCertificate certificate =
        new TlsCertificate(
            new DataSource.Inline(chain.reveal()),
            new DataSource.Inline(privateKey.reveal()),
            null,
            TlsStaples.source(secret));
    return Compiled.of(name, new Secret(name, certificate), List.of(key));
  }
}
