package io.headgate.dataplane.tls;

import io.headgate.dataplane.current.Current;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a live filter chain: its config, and the contexts of the newest secrets. Connections that
 * are open keep what they began with, so no new secret closes one.
 *
 * <p><b>Thread:</b> the config thread writes; loops read.
 */
public final class ServerTlsSlot {
  private final DownstreamTls config;
  private final String place;
  private final OwnTicketKeys ownKeys = new OwnTicketKeys(System::nanoTime);
  private List<@Nullable SecretMaterial> made = List.of();
  private final Current<Optional<ServerTls>> current = new Current<>(Optional.empty());

  /**
   * Makes a slot with what is there.
   *
   * @param place the listener and the chain
   * @throws IllegalArgumentException when the secrets do not make sense
   */
  public ServerTlsSlot(DownstreamTls config, String place, SecretLookup secrets) {
    this.config = config;
    this.place = place;
    TlsContexts.check(config.settings().parameters());
    var _ = refresh(secrets);
  }

  /**
   * Takes the newest secrets; says whether they made new contexts.
   *
   * @throws IllegalArgumentException when they do not make sense: what was in force stays
   */
  public boolean refresh(SecretLookup secrets) {
    rotateTickets();
    List<@Nullable SecretMaterial> next = new ArrayList<>();
    for (SecretRef ref : config.secrets()) {
      next.add(secrets.find(ref));
    }
    if (isSame(next)) {
      return false;
    }
    ServerTls tls = ServerTls.of(config, secrets, place, ownKeys);
    made = next;
    if (tls == null) {
      return false;
    }
    current.set(Optional.of(tls));
    return true;
  }

  /** Keys that the proxy makes for itself do not grow old. */
  private void rotateTickets() {
    ServerTls tls = current();
    if (tls != null
        && config.sessions().ticketKeys() == null
        && config.sessions().stateless()
        && ownKeys.rotate()) {
      tls.ticketKeys(ownKeys.keys());
    }
  }

  @SuppressWarnings("ReferenceEquality") // a new value is a new object
  private boolean isSame(List<@Nullable SecretMaterial> next) {
    if (next.size() != made.size()) {
      return false;
    }
    for (int i = 0; i < next.size(); i++) {
      if (next.get(i) != made.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** The contexts in force; null while a secret is missing, when no connection may be taken. */
  public @Nullable ServerTls current() {
    return current.get().orElse(null);
  }
}
