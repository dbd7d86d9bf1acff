package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the peer's certificate is checked: where it must come from, and whose it must be.
 *
 * <p>Without an authority and without hashes no certificate is checked at all, as in Envoy.
 */
public record CertificateValidation(Trust trust, PeerIdentity identity) implements SecretValue {
  /** Checks nothing. */
  public static final CertificateValidation NONE =
      new CertificateValidation(Trust.NONE, PeerIdentity.ANY);

  /**
   * Where a certificate must come from.
   *
   * @param trustedCa authorities, PEM; null when none is asked for
   * @param crl lists of what the authorities have revoked, PEM; null for none. With one, every
   *     authority that is passed needs one
   * @param onlyLeafCrl only the peer's own certificate is looked up in them
   * @param allowExpired whether the dates of the certificates do not matter
   * @param acceptUntrusted whether a chain that fails is let through, and only seen as not valid
   * @param maxVerifyDepth authorities that a chain may have, the trusted one among them; 100 by
   *     default, and 0 is as 1
   */
  public record Trust(
      @Nullable DataSource trustedCa,
      @Nullable DataSource crl,
      boolean onlyLeafCrl,
      boolean allowExpired,
      boolean acceptUntrusted,
      int maxVerifyDepth) {
    public static final int DEFAULT_DEPTH = 100;
    public static final Trust NONE = new Trust(null, null, false, false, false, DEFAULT_DEPTH);

    public Trust {
      Checks.require(
          maxVerifyDepth >= 0 && maxVerifyDepth <= 100, "max_verify_depth must be within 0..100");
    }

    /** Certificates from these authorities. */
    public static Trust of(DataSource trustedCa) {
      return new Trust(trustedCa, null, false, false, false, DEFAULT_DEPTH);
    }
  }

  /**
   * Whose a certificate must be. One entry of each list that is not empty has to fit; one of either
   * list of hashes is enough.
   *
   * @param names alternative names
   * @param certificateHashes SHA-256 of the DER certificate, lower-case hex without colons
   * @param spkiHashes SHA-256 of the DER SubjectPublicKeyInfo, base64
   */
  public record PeerIdentity(
      List<SanMatcher> names, List<String> certificateHashes, List<String> spkiHashes) {
    public static final PeerIdentity ANY = new PeerIdentity(List.of(), List.of(), List.of());

    public PeerIdentity {
      names = List.copyOf(names);
      certificateHashes = List.copyOf(certificateHashes);
      spkiHashes = List.copyOf(spkiHashes);
    }

    /** Whether certificates are pinned by a hash. */
    public boolean pins() {
      return !certificateHashes.isEmpty() || !spkiHashes.isEmpty();
    }
  }

  /**
   * Checks that the parts make sense together; to be called for rules that nothing is added to.
   *
   * @throws IllegalArgumentException when they do not
   */
  public CertificateValidation complete() {
    Checks.require(
        identity.names().isEmpty() || trust.trustedCa() != null,
        "match_typed_subject_alt_names needs a trusted_ca: anybody can write names into a"
            + " certificate of their own");
    Checks.require(
        trust.crl() == null || trust.trustedCa() != null,
        "crl needs a trusted_ca whose certificates it lists");
    return this;
  }

  /** These rules as the defaults of others: what those set counts, lists are joined. */
  public CertificateValidation with(CertificateValidation more) {
    Trust a = trust;
    Trust b = more.trust;
    return new CertificateValidation(
        new Trust(
            b.trustedCa() == null ? a.trustedCa() : b.trustedCa(),
            b.crl() == null ? a.crl() : b.crl(),
            a.onlyLeafCrl() || b.onlyLeafCrl(),
            a.allowExpired() || b.allowExpired(),
            a.acceptUntrusted() || b.acceptUntrusted(),
            b.maxVerifyDepth() == Trust.DEFAULT_DEPTH ? a.maxVerifyDepth() : b.maxVerifyDepth()),
        new PeerIdentity(
            joined(identity.names(), more.identity.names()),
            joined(identity.certificateHashes(), more.identity.certificateHashes()),
            joined(identity.spkiHashes(), more.identity.spkiHashes())));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** Whether a peer has to show something. */
  public boolean checks() {
    return trust.trustedCa() != null || identity.pins();
  }

  @Override
  public List<DataSource> sources() {
    List<DataSource> sources = new ArrayList<>();
    if (trust.trustedCa() != null) {
      sources.add(trust.trustedCa());
    }
    if (trust.crl() != null) {
      sources.add(trust.crl());
    }
    return List.copyOf(sources);
  }

  @Override
  public String kind() {
    return "validation_context";
  }
}
