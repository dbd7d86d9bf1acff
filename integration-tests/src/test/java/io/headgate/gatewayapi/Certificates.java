package io.headgate.gatewayapi;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
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
 * Self-signed certificates of some hosts, in files of the proxy's machine, and a client for them.
 */
final class Certificates {
  private record Files(String chain, String key) {}

  private final Bed bed;
  private final List<Files> files = new ArrayList<>();
  private final SSLContext client;

  Certificates(Bed bed, String... hosts) throws GeneralSecurityException, IOException {
    this.bed = bed;
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (String host : hosts) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair pair = generator.generateKeyPair();
      X509Certificate certificate = certificate(host, pair);
      trusted.setCertificateEntry(host, certificate);
      files.add(
          new Files(
              bed.file(host + ".crt", pem(certificate)),
              bed.file(host + ".key", pem(new JcaPKCS8Generator(pair.getPrivate(), null)))));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    client = SSLContext.getInstance("TLS");
    client.init(null, trust.getTrustManagers(), null);
  }

  private static X509Certificate certificate(String host, KeyPair pair)
      throws GeneralSecurityException, IOException {
    X500Name name = new X500Name("CN=" + host);
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              new JcaX509v3CertificateBuilder(
                      name,
                      BigInteger.ONE,
                      Date.from(Instant.now().minus(Duration.ofDays(1))),
                      Date.from(Instant.now().plus(Duration.ofDays(30))),
                      name,
                      pair.getPublic())
                  .addExtension(
                      Extension.subjectAlternativeName,
                      false,
                      new GeneralNames(new GeneralName(GeneralName.dNSName, host)))
                  .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  /** A Secret that names the files of one of the hosts. */
  String secret(String namespace, String name, int host) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s
      namespace: %s
      annotations:
        headgate.io/certificate-chain-file: %s
        headgate.io/private-key-file: %s
    stringData: {note: the files are at the proxies}
    """
        .formatted(name, namespace, files.get(host).chain(), files.get(host).key());
  }

  /** Asks a host over TLS, whose certificate must be its own. */
  Answer get(int port, String host) {
    try (Socket plain = new Socket(bed.address(), port);
        SSLSocket socket =
            (SSLSocket) client.getSocketFactory().createSocket(plain, host, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      return Answer.exchange(
          socket, "GET / HTTP/1.1\r\nhost: " + host + "\r\nconnection: close\r\n\r\n");
    } catch (IOException e) {
      return new Answer(0, List.of(), String.valueOf(e.getMessage()));
    }
  }
}
