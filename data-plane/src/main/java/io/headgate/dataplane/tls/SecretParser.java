package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.CertificateValidation;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretValue;
import io.headgate.xds.model.tls.SessionTicketKeys;
import io.headgate.xds.model.tls.TlsCertificate;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads secrets: PEM certificates, keys, lists of revoked certificates, ticket keys.
 *
 * <p><b>Errors:</b> an {@link IllegalArgumentException} that names the field, what is wrong and
 * what helps, and never a byte of a key.
 *
 * <p><b>Thread:</b> any.
 */
public final class SecretParser {
  private static final int TICKET_KEY_BYTES = 80;
  private static final byte[] PROBE = "headgate".getBytes(StandardCharsets.US_ASCII);

  private final Function<String, byte[]> files;

  /**
   * Makes a parser.
   *
   * @param files gives the bytes of a file, or throws an {@link IllegalArgumentException} that
   *     names it
   */
  public SecretParser(Function<String, byte[]> files) {
    this.files = files;
  }

  /** Reads a secret. */
  public SecretMaterial parse(SecretValue value) {
    return switch (value) {
      case TlsCertificate certificate -> certificate(certificate);
      case CertificateValidation validation -> validation(validation);
      case SessionTicketKeys keys -> tickets(keys);
    };
  }

  private SecretMaterial.Certificate certificate(TlsCertificate config) {
    String where = "certificate_chain" + name(config.certificateChain());
    List<X509Certificate> chain = Pem.certificates(bytes(config.certificateChain()), where);
    String keyWhere = "private_key" + name(config.privateKey());
    PrivateKey key =
        PrivateKeys.read(bytes(config.privateKey()), password(config.password()), keyWhere);
    checkStrength(chain.getFirst(), where);
    checkPair(chain.getFirst().getPublicKey(), key, where, keyWhere);
    OcspStaple staple =
        config.ocspStaple() == null
            ? null
            : OcspStaple.parse(
                bytes(config.ocspStaple()),
                chain.getFirst(),
                "ocsp_staple" + name(config.ocspStaple()));
    return new SecretMaterial.Certificate(chain, key, staple);
  }

  private @Nullable String password(@Nullable DataSource source) {
    return source == null
        ? null
        : new String(bytes(source), StandardCharsets.UTF_8).stripTrailing();
  }

  /** Keys that BoringSSL does not sign with, or that are too weak to. */
  private static void checkStrength(X509Certificate certificate, String where) {
    switch (certificate.getPublicKey()) {
      case java.security.interfaces.RSAPublicKey rsa -> {
        if (rsa.getModulus().bitLength() < 2048) {
          throw new IllegalArgumentException(
              where
                  + ": an RSA key of "
                  + rsa.getModulus().bitLength()
                  + " bits is too weak; use at least 2048, or ECDSA");
        }
      }
      case java.security.interfaces.ECPublicKey ec -> {
        int bits = ec.getParams().getCurve().getField().getFieldSize();
        if (bits < 256) {
          throw new IllegalArgumentException(
              where + ": an elliptic curve of " + bits + " bits is too weak; use P-256");
        }
      }
      default ->
          throw new IllegalArgumentException(
              where
                  + ": "
                  + certificate.getPublicKey().getAlgorithm()
                  + " keys are not implemented; use ECDSA or RSA");
    }
  }

  private static void checkPair(PublicKey open, PrivateKey secret, String where, String keyWhere) {
    boolean pair = false;
    if (open.getAlgorithm().equals(secret.getAlgorithm())) {
      String algorithm =
          open.getAlgorithm().toUpperCase(Locale.ROOT).equals("EC") ? "ECDSA" : "RSA";
      try {
        Signature signature = Signature.getInstance("SHA256with" + algorithm);
        signature.initSign(secret);
        signature.update(PROBE);
        byte[] sealed = signature.sign();
        signature.initVerify(open);
        signature.update(PROBE);
        pair = signature.verify(sealed);
      } catch (GeneralSecurityException _) {
        pair = false;
      }
    }
    if (!pair) {
      throw new IllegalArgumentException(
          keyWhere + " is not the key of " + where + "; put both files in place together");
    }
  }

  private SecretMaterial.Validation validation(CertificateValidation config) {
    DataSource ca = config.trust().trustedCa();
    DataSource crl = config.trust().crl();
    List<X509Certificate> authorities =
        ca == null ? List.of() : Pem.certificates(bytes(ca), "trusted_ca" + name(ca));
    List<X509CRL> revocations =
        crl == null ? List.of() : Pem.revocations(bytes(crl), "crl" + name(crl));
    return new SecretMaterial.Validation(config, authorities, revocations);
  }

  private SecretMaterial.Tickets tickets(SessionTicketKeys config) {
    return new SecretMaterial.Tickets(config.keys().stream().map(this::ticketKey).toList());
  }

  private OpenSslSessionTicketKey ticketKey(DataSource source) {
    byte[] bytes = bytes(source);
    if (bytes.length != TICKET_KEY_BYTES) {
      throw new IllegalArgumentException(
          "session_ticket_keys"
              + name(source)
              + ": a key has "
              + bytes.length
              + " bytes; use 80 random bytes");
    }
    return TicketKeys.of(bytes);
  }

  private byte[] bytes(DataSource source) {
    return switch (source) {
      case DataSource.File(String path) -> files.apply(path);
      case DataSource.Inline inline -> inline.bytes();
    };
  }

  private static String name(DataSource source) {
    return switch (source) {
      case DataSource.File(String path) -> " " + path;
      case DataSource.Inline _ -> "";
    };
  }
}
