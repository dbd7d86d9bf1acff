package io.headgate.observability;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority with a server's certificate in files and a client's for the tests. */
final class Certificates {
  private static final X500Name AUTHORITY = new X500Name("CN=authority");

  final Path ca;
  final Path certificate;
  final Path key;
  private final X509Certificate authority;
  private final KeyPair authorityKey = pair();
  private final X509Certificate client;
  private final KeyPair clientKey = pair();

  Certificates(Path directory) throws GeneralSecurityException, IOException {
    authority = issue(AUTHORITY, authorityKey, true, "authority");
    KeyPair serverKey = pair();
    X509Certificate server = issue(new X500Name("CN=shop.example"), serverKey, false, "shop");
    client = issue(new X500Name("CN=client,O=Acme\\, Inc."), clientKey, false, "client");
    ca = write(directory.resolve("ca.pem"), authority);
    certificate = write(directory.resolve("server.pem"), server);
    key =
        write(directory.resolve("server.key"), new JcaPKCS8Generator(serverKey.getPrivate(), null));
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private X509Certificate issue(X500Name name, KeyPair of, boolean issuer, String uri)
      throws GeneralSecurityException, IOException {
    GeneralName[] names = {
      new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://test/" + uri),
      new GeneralName(GeneralName.dNSName, "shop.example")
    };
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              new JcaX509v3CertificateBuilder(
                      AUTHORITY,
                      BigInteger.valueOf(uri.hashCode() & 0xffff),
                      Date.from(Instant.now().minus(Duration.ofDays(1))),
                      Date.from(Instant.now().plus(Duration.ofDays(30))),
                      name,
                      of.getPublic())
                  .addExtension(Extension.basicConstraints, true, new BasicConstraints(issuer))
                  .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names))
                  .build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build(authorityKey.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static Path write(Path file, Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(value);
    }
    return Files.writeString(file, text.toString());
  }

  /** Trusts the authority; shows the client's certificate or none. */
  SSLContext context(boolean withCertificate) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", authority);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
    own.load(null, null);
    if (withCertificate) {
      PrivateKey secret = clientKey.getPrivate();
      own.setKeyEntry("client", secret, new char[0], new Certificate[] {client});
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
