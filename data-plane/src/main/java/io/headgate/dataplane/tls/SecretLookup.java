package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.SecretRef;
import org.jspecify.annotations.Nullable;

/** Gives TLS contexts the secrets that are there. Thread: the config thread. */
@FunctionalInterface
public interface SecretLookup {
  /** Returns the secret's last good value, null while there is none. */
  @Nullable SecretMaterial find(SecretRef ref);
}
