package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.SessionTicketKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys of session tickets that a fleet shares.
 *
 * <p>They travel in a secret of their own, so that new ones end no connection. Where a reference
 * leads nowhere each proxy has keys of its own, which nobody else knows: sessions resume where they
 * began.
 *
 * <p>Thread: any; stateless.
 */
public final class TlsTickets {
  private TlsTickets() {}

  /** Why a policy's reference leads nowhere; empty when it leads to keys, or when there is none. */
  public static Optional<TrustAnchors.Failure> failure(
      ClientTrafficPolicy policy, ConfigImage image, Grants grants) {
    ObjectKey key = policy.tls().ticketKeys().orElse(null);
    if (key == null) {
      return Optional.empty();
    }
    if (!grants.allow(policy.key(), key)) {
      return Optional.of(
          new TrustAnchors.Failure("RefNotPermitted", Grants.missing(policy.key(), key)));
    }
    Secret secret = image.object(key, Secret.class).orElse(null);
    if (secret != null && secret.entry(Secret.TICKET_KEYS).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new TrustAnchors.Failure(
            "InvalidTicketKeysRef",
            secret == null ? "there is no " + key : key + " has no " + Secret.TICKET_KEYS));
  }

  /** What the listeners of a policy ask for; empty when each proxy has keys of its own. */
  public static Optional<SecretRef> ref(
      ClientTrafficPolicy policy, ConfigImage image, Grants grants) {
    return failure(policy, image, grants).isPresent()
        ? Optional.empty()
        : policy
            .tls()
            .ticketKeys()
            .map(key ->
                new SecretRef.Discovered(XdsNames.ticketKeys(key), EdgeDefaults.SECRET_TIMEOUT));
  }

  /** The keys in a secret, in their order; null for none. */
  public static @Nullable Compiled<io.headgate.xds.model.Secret> secret(Secret secret) {
    SecretBytes entry = secret.entry(Secret.TICKET_KEYS).orElse(null);
    if (entry == null) {
      return null;
    }
    byte[] all = entry.reveal();
    List<DataSource> keys = new ArrayList<>();
    for (int at = 0; at < all.length; at += Secret.TICKET_KEY_BYTES) {
      keys.add(new DataSource.Inline(Arrays.copyOfRange(all, at, at + Secret.TICKET_KEY_BYTES)));
    }
    String name = XdsNames.ticketKeys(secret.key());
    return Compiled.of(
        name,
        new io.headgate.xds.model.Secret(name, new SessionTicketKeys(keys)),
        List.of(secret.key()));
  }
}
