package io.headgate.controlplane.app;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority made for one test, and the certificates it issues for 127.0.0.1, as PEM files. */
public final class TestCertificates {
  private static final AtomicLong SERIALS = new AtomicLong(1);

  private final Path directory;
  private final String name;
  private final KeyPair authority;

  public TestCertificates(Path parent, String name) throws IOException {
    this.directory = Files.createDirectories(parent.resolve("certificates-" + name));
    this.name = name;
    this.authority = keyPair();
    write(authority(), "CERTIFICATE", certificate(name, authority, true));
  }

  public Path authority() {
    return directory.resolve("ca.pem");
  }

  public Path certificate(String of) {
    return directory.resolve(of + ".pem");
  }

  public Path key(String of) {
    return directory.resolve(of + ".key");
  }

  /** Makes a key and its certificate; returns the certificate's file. */
  public Path issue(String of) throws IOException {
    KeyPair pair = keyPair();
    write(certificate(of), "CERTIFICATE", certificate(of, pair, false));
    write(key(of), "PRIVATE KEY", pair.getPrivate().getEncoded());
    return certificate(of);
  }

  private byte[] certificate(String of, KeyPair pair, boolean isAuthority) throws IOException {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + name),
            BigInteger.valueOf(SERIALS.getAndIncrement()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            new X500Name("CN=" + of),
            pair.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
    if (!isAuthority) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
    }
    try {
      return builder
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String type, byte[] content) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }
}
