package io.headgate.dataplane.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The certificate that a client has shown, in the forms that headers and logs want.
 *
 * <p><b>Thread:</b> immutable; any.
 */
public final class PeerCertificate {
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final Map<String, String> NAMES =
      Map.of(
          "1.2.840.113549.1.9.1", "emailAddress",
          "2.5.4.5", "serialNumber",
          "2.5.4.4", "SN",
          "2.5.4.42", "GN");

  private final List<X509Certificate> chain;

  /** Takes the chain as it was shown, the client's own certificate first. */
  public PeerCertificate(List<X509Certificate> chain) {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("no certificate");
    }
    this.chain = List.copyOf(chain);
  }

  private X509Certificate own() {
    return chain.getFirst();
  }

  /** The subject, RFC 2253. */
  public String subject() {
    return name(own(), false);
  }

  /** The issuer, RFC 2253. */
  public String issuer() {
    return name(own(), true);
  }

  private static String name(X509Certificate certificate, boolean issuer) {
    return (issuer ? certificate.getIssuerX500Principal() : certificate.getSubjectX500Principal())
        .getName("RFC2253", NAMES);
  }

  /** The serial number in lower-case hex. */
  public String serial() {
    return HexFormat.of().formatHex(positive(own().getSerialNumber().toByteArray()));
  }

  private static byte[] positive(byte[] number) {
    return number.length > 1 && number[0] == 0
        ? Arrays.copyOfRange(number, 1, number.length)
        : number;
  }

  /** SHA-256 of the certificate in lower-case hex. */
  public String fingerprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(own().getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was verified is readable", e);
    }
  }

  /** Alternative names that are URIs. */
  public List<String> uris() {
    return names(own(), URI);
  }

  /** Alternative names that are DNS names. */
  public List<String> dnsNames() {
    return names(own(), DNS);
  }

  /** The alternative names of a certificate that are URIs. */
  public static List<String> uris(X509Certificate certificate) {
    return names(certificate, URI);
  }

  private static List<String> names(X509Certificate certificate, int tag) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) {
          if (name.getFirst() instanceof Integer kind
              && kind == tag
              && name.get(1) instanceof String text) {
            names.add(text);
          }
        }
      }
    } catch (CertificateParsingException _) {
      names.clear();
    }
    return names;
  }

  /** The certificate as PEM, percent-encoded as a header carries it. */
  public String encoded() {
    return encoded(List.of(own()));
  }

  /** The whole chain as PEM, percent-encoded as a header carries it. */
  public String encodedChain() {
    return encoded(chain);
  }

  private static String encoded(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder(2048 * certificates.size());
    try {
      for (X509Certificate certificate : certificates) {
        String body =
            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        percent("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n", text);
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was verified is readable", e);
    }
    return text.toString();
  }

  /** Encodes what can stand in PEM and not in a quoted value of the header. */
  private static void percent(String pem, StringBuilder to) {
    for (byte b : pem.getBytes(US_ASCII)) {
      switch (b) {
        case '\n' -> to.append("%0A");
        case ' ' -> to.append("%20");
        case '+' -> to.append("%2B");
        case '/' -> to.append("%2F");
        case '=' -> to.append("%3D");
        default -> to.append((char) b);
      }
    }
  }
}
