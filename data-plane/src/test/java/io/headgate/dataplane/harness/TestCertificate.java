package io.headgate.dataplane.harness;

import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed P-256 certificate for one name, as PEM files, and a client context that trusts it.
 *
 * @param chain path of the certificate
 * @param key path of the PKCS #8 key
 */
public record TestCertificate(Path chain, Path key, SSLContext client) {
  /** Makes a certificate in a directory. */
  public static TestCertificate of(String name, Path directory)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X500Name subject = new X500Name("CN=" + name);
    Instant now = Instant.now();
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        subject,
                        BigInteger.ONE,
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(Duration.ofDays(1))),
                        subject,
                        pair.getPublic())
                    .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name)))
                    .build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    Path chain = directory.resolve(name + ".pem");
    Path key = directory.resolve(name + ".key");
    Files.writeString(chain, pem(certificate));
    Files.writeString(key, pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
    return new TestCertificate(chain, key, trusting(certificate));
  }

  /** The files as a listener's own certificate. */
  public SecretRef own() {
    return new SecretRef.Own(
        new TlsCertificate(
            new DataSource.File(chain.toString()), new DataSource.File(key.toString())));
  }

  /** TLS with this certificate. */
  public DownstreamTls tls(String... protocols) {
    return new DownstreamTls(
        new TlsSettings(List.of(own()), null, List.of(protocols), TlsParameters.DEFAULT), false);
  }

  private static String pem(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(value);
    }
    return text.toString();
  }

  private static SSLContext trusting(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("server", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
