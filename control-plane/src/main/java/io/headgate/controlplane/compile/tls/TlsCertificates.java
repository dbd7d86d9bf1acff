package io.headgate.controlplane.compile.tls;

import io.headgate.controlplane.compile.policy.Grants;
import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where references to certificates with their keys lead.
 *
 * <p>Proxies ask for them by name, so that keys travel in secrets alone and a new one drops no
 * connection. A secret whose annotations {@value #CHAIN_FILE} and {@value #KEY_FILE} name files on
 * the proxies' machines stays where it is.
 *
 * <p>Thread: immutable.
 */
public record TlsCertificates(ConfigImage image, Grants grants) {
  /** Annotation of a kubernetes.io/tls secret: file of the certificate chain at each proxy, PEM. */
  public static final String CHAIN_FILE = "headgate.io/certificate-chain-file";

  /** Annotation of a kubernetes.io/tls secret: file of the private key at each proxy, PEM. */
  public static final String KEY_FILE = "headgate.io/private-key-file";

  /** Either a certificate or why there is none. */
  public record Found(@Nullable SecretRef certificate, TrustAnchors.@Nullable Failure failure) {
    public Optional<SecretRef> optional() {
      return Optional.ofNullable(certificate);
    }
  }

  /**
   * Follows a reference.
   *
   * @param from the object that refers
   * @param invalid the reason when the secret is missing or holds no certificate
   */
  public Found of(ObjectKey from, ObjectKey key, String invalid) {
    if (!grants.allow(from, key)) {
      return none("RefNotPermitted", Grants.missing(from, key));
    }
    Secret secret = image.object(key, Secret.class).orElse(null);
    if (secret == null) {
      return none(invalid, "there is no " + key);
    }
    Map<String, String> annotations = secret.metadata().annotations();
    String chain = annotations.get(CHAIN_FILE);
    String privateKey = annotations.get(KEY_FILE);
    if (chain != null && privateKey != null) {
      return new Found(
          new SecretRef.Own(
              new TlsCertificate(
                  new DataSource.File(chain),
                  new DataSource.File(privateKey),
                  null,
                  TlsStaples.source(secret))),
          null);
    }
    if (secret.entry(Secret.TLS_CERTIFICATE).isEmpty() || secret.entry(Secret.TLS_KEY).isEmpty()) {
      return none(
          invalid,
          "%s has no %s and %s; use type kubernetes.io/tls"
              .formatted(key, Secret.TLS_CERTIFICATE, Secret.TLS_KEY));
    }
    return new Found(
        new SecretRef.Discovered(XdsNames.secret(key), EdgeDefaults.SECRET_TIMEOUT), null);
  }

  private static Found none(String reason, String message) {
    return new Found(null, new TrustAnchors.Failure(reason, message));
  }
}
