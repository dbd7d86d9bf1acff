package io.headgate.dataplane.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates and revokes them. */
final class Authority {
  private final KeyPair pair;
  private final X509Certificate certificate;
  private int serial = 1;

  /** A certificate and its key. */
  record Issued(X509Certificate certificate, KeyPair pair) {
    SecretRef own() throws IOException {
      return new SecretRef.Own(value());
    }

    TlsCertificate value() throws IOException {
      return new TlsCertificate(
          inline(pem(certificate)), inline(pem(new JcaPKCS8Generator(pair.getPrivate(), null))));
    }
  }

  Authority(String name) throws GeneralSecurityException, IOException, OperatorCreationException {
    pair = ec();
    X500Name subject = new X500Name("CN=" + name);
    certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        subject,
                        BigInteger.ONE,
                        Date.from(Instant.now().minus(Duration.ofDays(30))),
                        Date.from(Instant.now().plus(Duration.ofDays(30))),
                        subject,
                        pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  static KeyPair ec() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  static KeyPair rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  Issued issue(String dnsName)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    return issue(dnsName, ec(), Duration.ofDays(10));
  }

  Issued issue(String dnsName, KeyPair of, Duration valid)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    X509Certificate issued =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        certificate,
                        BigInteger.valueOf(++serial),
                        Date.from(Instant.now().minus(Duration.ofDays(20))),
                        Date.from(Instant.now().plus(valid)),
                        new X500Name("CN=" + dnsName),
                        of.getPublic())
                    .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                            new GeneralName[] {
                              new GeneralName(GeneralName.dNSName, dnsName),
                              new GeneralName(
                                  GeneralName.uniformResourceIdentifier, "spiffe://test/" + dnsName)
                            }))
                    .build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    return new Issued(issued, of);
  }

  DataSource.Inline ca() throws IOException {
    return inline(pem(certificate));
  }

  DataSource.Inline crl(List<X509Certificate> revoked)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    JcaX509v2CRLBuilder builder =
        new JcaX509v2CRLBuilder(
            certificate.getSubjectX500Principal(),
            Date.from(Instant.now().minus(Duration.ofHours(1))));
    builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(1))));
    for (X509Certificate one : revoked) {
      builder.addCRLEntry(one.getSerialNumber(), new Date(), CRLReason.keyCompromise);
    }
    return inline(
        pem(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))));
  }

  static DataSource.Inline inline(String text) {
    return new DataSource.Inline(text.getBytes(UTF_8));
  }

  static String pem(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(value);
    }
    return text.toString();
  }
}
