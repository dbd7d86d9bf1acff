package io.headgate.xds.model.tls;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain and its private key, PEM.
 *
 * @param password of the key, null when it is not encrypted
 * @param ocspStaple a response of the authority's OCSP server, DER; null for none
 */
public record TlsCertificate(
    DataSource certificateChain,
    DataSource privateKey,
    @Nullable DataSource password,
    @Nullable DataSource ocspStaple)
    implements SecretValue {
  /** A certificate whose key is in the clear, without a staple. */
  public TlsCertificate(DataSource certificateChain, DataSource privateKey) {
    this(certificateChain, privateKey, null, null);
  }

  @Override
  public List<DataSource> sources() {
    List<DataSource> sources = new ArrayList<>(List.of(certificateChain, privateKey));
    if (password != null) {
      sources.add(password);
    }
    if (ocspStaple != null) {
      sources.add(ocspStaple);
    }
    return List.copyOf(sources);
  }

  @Override
  public String kind() {
    return "tls_certificate";
  }
}
