package io.headgate.dataplane.tls;

import io.headgate.dataplane.current.Current;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a live cluster: its config, and the context of the newest secrets.
 *
 * <p><b>Thread:</b> the config thread writes; loops read.
 */
public final class ClientTlsSlot {
  private final UpstreamTls config;
  private final String alpn;
  private final TlsMeters meters;
  private List<@Nullable SecretMaterial> made = List.of();
  private final Current<Optional<ClientTls>> current = new Current<>(Optional.empty());

  /**
   * Makes a slot with what is there.
   *
   * @param alpn the protocol of the cluster
   * @throws IllegalArgumentException when the secrets do not make sense
   */
  public ClientTlsSlot(UpstreamTls config, String alpn, TlsMeters meters, SecretLookup secrets) {
    this.config = config;
    this.alpn = alpn;
    this.meters = meters;
    TlsContexts.check(config.settings().parameters());
    var _ = refresh(secrets);
  }

  /**
   * Takes the newest secrets; says whether they made a new context.
   *
   * @throws IllegalArgumentException when they do not make sense: what was in force stays
   */
  @SuppressWarnings("ReferenceEquality") // a new value is a new object
  public boolean refresh(SecretLookup secrets) {
    List<@Nullable SecretMaterial> next = new ArrayList<>();
    boolean same = current() != null;
    for (SecretRef ref : config.settings().secrets()) {
      SecretMaterial material = secrets.find(ref);
      same &= next.size() < made.size() && made.get(next.size()) == material;
      next.add(material);
    }
    if (same) {
      return false;
    }
    ClientTls tls = ClientTls.of(config, secrets, alpn);
    made = next;
    if (tls == null) {
      return false;
    }
    current.set(Optional.of(tls));
    return true;
  }

  /** The config. */
  public UpstreamTls config() {
    return config;
  }

  /** What backends may use. */
  public Allowance allowance() {
    return TlsContexts.allowance(config.settings().parameters(), false);
  }

  /** The meters of the handshakes. */
  public TlsMeters meters() {
    return meters;
  }

  /** The context in force; null while a secret is missing, when no connection may be made. */
  public @Nullable ClientTls current() {
    return current.get().orElse(null);
  }
}
