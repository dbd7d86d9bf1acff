package io.headgate.dataplane.tls;

import io.headgate.dataplane.tls.TlsFailure.Kind;
import io.headgate.xds.model.tls.CertificateValidation.Trust;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the way from a peer's certificate to a trusted authority (RFC 5280 §6) and looks its steps
 * up in the lists of what was revoked. Asks nobody over the network. Immutable.
 *
 * <p>Every certificate of the trusted file is an authority, also one in the middle of a chain.
 */
final class CertificatePath {
  private static final String SERVER = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;

  private final Trust rules;
  private final Set<TrustAnchor> anchors = new HashSet<>();
  private final Set<X509Certificate> authorities = new HashSet<>();
  private final List<X509CRL> revocations;

  CertificatePath(SecretMaterial.Validation validation) {
    rules = validation.rules().trust();
    revocations = validation.revocations();
    for (X509Certificate authority : validation.authorities()) {
      anchors.add(new TrustAnchor(authority, null));
      authorities.add(authority);
    }
  }

  /** Throws when there is no way. */
  void check(X509Certificate[] shown, boolean client) throws TlsFailure {
    X509Certificate leaf = shown[0];
    List<X509Certificate> path = authorities.contains(leaf) ? List.of(leaf) : build(shown);
    Date now = Date.from(Instant.now());
    if (path.size() - 1 > depth()) {
      throw new TlsFailure(Kind.CHAIN, "the chain is longer than max_verify_depth");
    }
    for (X509Certificate certificate : path) {
      if (!rules.allowExpired()
          && (now.before(certificate.getNotBefore()) || now.after(certificate.getNotAfter()))) {
        throw new TlsFailure(
            Kind.CHAIN, "the certificate of " + subject(certificate) + " is out of its dates");
      }
      checkPurpose(certificate, client);
    }
    boolean[] usage = leaf.getKeyUsage();
    if (usage != null
        && !usage[DIGITAL_SIGNATURE]
        && !usage[KEY_AGREEMENT]
        && (client || !usage[KEY_ENCIPHERMENT])) {
      throw new TlsFailure(Kind.CHAIN, "the key usage of the certificate does not allow TLS");
    }
    if (!revocations.isEmpty()) {
      checkRevocation(path, now);
    }
  }

  /** How many authorities a chain may have; one it needs. */
  private int depth() {
    return Math.max(1, rules.maxVerifyDepth());
  }

  private List<X509Certificate> build(X509Certificate[] shown) throws TlsFailure {
    try {
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(shown[0]);
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
      parameters.setRevocationEnabled(false);
      parameters.setMaxPathLength(depth() - 1);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(shown))));
      if (rules.allowExpired()) {
        parameters.setDate(whenAllHeld(shown));
      }
      PKIXCertPathBuilderResult result =
          (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      List<X509Certificate> path = new ArrayList<>();
      CertPath found = result.getCertPath();
      found.getCertificates().forEach(certificate -> path.add((X509Certificate) certificate));
      path.add(result.getTrustAnchor().getTrustedCert());
      return path;
    } catch (CertPathBuilderException e) {
      throw new TlsFailure(Kind.CHAIN, reason(e));
    } catch (GeneralSecurityException e) {
      throw new TlsFailure(Kind.CHAIN, String.valueOf(e.getMessage()));
    }
  }

  private static String reason(CertPathBuilderException e) {
    Throwable cause = e.getCause();
    return "no way to a trusted authority: "
        + (cause == null ? e.getMessage() : cause.getMessage());
  }

  /** A moment at which the whole chain had begun: dates do not count then. */
  private static Date whenAllHeld(X509Certificate[] shown) {
    Date latest = shown[0].getNotBefore();
    for (X509Certificate certificate : shown) {
      if (certificate.getNotBefore().after(latest)) {
        latest = certificate.getNotBefore();
      }
    }
    return latest;
  }

  private static void checkPurpose(X509Certificate certificate, boolean client) throws TlsFailure {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(client ? CLIENT : SERVER)) {
        throw new TlsFailure(
            Kind.CHAIN,
            "the certificate of "
                + subject(certificate)
                + " is not for "
                + (client ? "clients" : "servers"));
      }
    } catch (CertificateParsingException e) {
      throw new TlsFailure(Kind.CHAIN, "unreadable extended key usage");
    }
  }

  private void checkRevocation(List<X509Certificate> path, Date now) throws TlsFailure {
    int steps = rules.onlyLeafCrl() ? Math.min(1, path.size() - 1) : path.size() - 1;
    for (int i = 0; i < steps; i++) {
      checkRevocation(path.get(i), path.get(i + 1), now);
    }
  }

  private void checkRevocation(X509Certificate certificate, X509Certificate issuer, Date now)
      throws TlsFailure {
    boolean known = false;
    for (X509CRL list : revocations) {
      if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
        continue;
      }
      try {
        list.verify(issuer.getPublicKey());
      } catch (GeneralSecurityException _) {
        continue; // of an authority with the same name and another key
      }
      if (list.hasUnsupportedCriticalExtension()) {
        throw new TlsFailure(Kind.CHAIN, "the revocation list has an unknown critical extension");
      }
      if (list.isRevoked(certificate)) {
        throw new TlsFailure(
            Kind.CHAIN, "the certificate of " + subject(certificate) + " was revoked");
      }
      Date next = list.getNextUpdate();
      known |= rules.allowExpired() || next == null || now.before(next);
    }
    if (!known) {
      throw new TlsFailure(Kind.CHAIN, "there is no valid revocation list of " + subject(issuer));
    }
  }

  private static String subject(X509Certificate certificate) {
    return "\"" + certificate.getSubjectX500Principal().getName() + "\"";
  }
}
