package io.headgate.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** An authority that issues certificates, revokes them, and vouches for them by OCSP. */
public final class Authority {
  private static final AtomicLong SERIALS = new AtomicLong(1);

  private final Issued own;

  /**
   * A certificate, its key, and what lies between it and the root.
   *
   * @param between from its issuer upwards, without the root
   */
  public record Issued(X509Certificate certificate, KeyPair pair, List<X509Certificate> between) {
    /** The certificate and what is between, in PEM. */
    public String chain() throws IOException {
      StringBuilder all = new StringBuilder(pem(certificate));
      for (X509Certificate one : between) {
        all.append(pem(one));
      }
      return all.toString();
    }

    public String key() throws IOException {
      return pem(new JcaPKCS8Generator(pair.getPrivate(), null));
    }
  }

  private Authority(Issued own) {
    this.own = own;
  }

  /** A root. */
  public static Authority root(String name) {
    try {
      KeyPair pair = Leaf.of(name).pair();
      JcaX509v3CertificateBuilder builder =
          builder(new X500Name("CN=" + name), pair, Leaf.of(name), new X500Name("CN=" + name));
      asAuthority(builder);
      return new Authority(new Issued(signed(builder, pair), pair, List.of()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An authority below this one. */
  Authority intermediate(String name) {
    return new Authority(issue(Leaf.of(name), true));
  }

  /** Issues a certificate. */
  public Issued issue(Leaf leaf) {
    return issue(leaf, false);
  }

  private Issued issue(Leaf leaf, boolean authority) {
    try {
      KeyPair pair = leaf.pair();
      JcaX509v3CertificateBuilder builder =
          builder(
              new JcaX509CertificateHolder(own.certificate).getSubject(),
              pair,
              leaf,
              new X500Name("CN=" + leaf.commonName()));
      if (authority) {
        asAuthority(builder);
      } else {
        builder.addExtension(
            Extension.keyUsage,
            true,
            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
        if (leaf.purpose() != null) {
          builder.addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(
                  leaf.purpose() == Leaf.Purpose.SERVER
                      ? KeyPurposeId.id_kp_serverAuth
                      : KeyPurposeId.id_kp_clientAuth));
        }
        if (!leaf.names().isEmpty()) {
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(
                  leaf.names().toArray(new org.bouncycastle.asn1.x509.GeneralName[0])));
        }
      }
      List<X509Certificate> between = new ArrayList<>();
      if (!own.certificate
          .getSubjectX500Principal()
          .equals(own.certificate.getIssuerX500Principal())) {
        between.add(own.certificate);
        between.addAll(own.between);
      }
      return new Issued(signed(builder, own.pair), pair, between);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, KeyPair pair, Leaf leaf, X500Name subject)
      throws GeneralSecurityException, IOException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(SERIALS.incrementAndGet()),
            Date.from(Instant.now().minus(Duration.ofDays(60))),
            Date.from(Instant.now().plus(leaf.valid())),
            subject,
            pair.getPublic());
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
    return builder;
  }

  private static void asAuthority(JcaX509v3CertificateBuilder builder) throws IOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair by)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer(by)));
  }

  private static ContentSigner signer(KeyPair by) throws OperatorCreationException {
    return new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate());
  }

  /** The own certificate in PEM. */
  public String pem() {
    try {
      return pem(own.certificate);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The list of what is revoked, in PEM. */
  public String crl(Issued... revoked) {
    try {
      JcaX509v2CRLBuilder builder =
          new JcaX509v2CRLBuilder(
              own.certificate.getSubjectX500Principal(),
              Date.from(Instant.now().minus(Duration.ofHours(1))));
      builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(1))));
      for (Issued one : revoked) {
        builder.addCRLEntry(one.certificate.getSerialNumber(), new Date(), CRLReason.keyCompromise);
      }
      return pem(builder.build(signer(own.pair)));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An OCSP response that the certificate is good, valid for so long from now. */
  public byte[] staple(Issued certificate, Duration valid) {
    try {
      var digests = new JcaDigestCalculatorProviderBuilder().build();
      var holder = new JcaX509CertificateHolder(own.certificate);
      BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(holder.getSubject()));
      builder.addResponse(
          new CertificateID(
              digests.get(CertificateID.HASH_SHA1),
              holder,
              certificate.certificate.getSerialNumber()),
          CertificateStatus.GOOD,
          Date.from(Instant.now().minus(Duration.ofDays(3))),
          Date.from(Instant.now().plus(valid)));
      OCSPResp response =
          new OCSPRespBuilder()
              .build(OCSPRespBuilder.SUCCESSFUL, builder.build(signer(own.pair), null, new Date()));
      return response.getEncoded();
    } catch (GeneralSecurityException | IOException | OperatorCreationException | OCSPException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(value);
    }
    return text.toString();
  }
}
