package io.headgate.controlplane.compile;

import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate with its key, and what an OCSP server says of certificates of its authority. */
final class Vouched {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2126-01-01T00:00:00Z");

  private final KeyPair pair;
  private final ContentSigner signer;
  private final X509CertificateHolder certificate;
  private final Map<Long, byte[]> responses = new HashMap<>();

  Vouched() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      pair = generator.generateKeyPair();
      signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
    X500Name name = new X500Name("CN=vouched");
    certificate =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(serial()),
                Date.from(BEGIN),
                Date.from(END),
                name,
                pair.getPublic())
            .build(signer);
  }

  long serial() {
    return 4711;
  }

  /** That a certificate with this number is good; always the same bytes. */
  byte[] response(long serial) {
    return responses.computeIfAbsent(serial, this::sign).clone();
  }

  private byte[] sign(long serial) {
    try {
      var digests = new JcaDigestCalculatorProviderBuilder().build();
      BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(certificate.getSubject()));
      builder.addResponse(
          new CertificateID(
              digests.get(CertificateID.HASH_SHA1), certificate, BigInteger.valueOf(serial)),
          CertificateStatus.GOOD,
          Date.from(BEGIN),
          Date.from(END));
      return new OCSPRespBuilder()
          .build(OCSPRespBuilder.SUCCESSFUL, builder.build(signer, null, Date.from(BEGIN)))
          .getEncoded();
    } catch (IOException | OperatorCreationException | OCSPException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A secret with the certificate and perhaps with a staple. */
  Secret secret(String name, byte @Nullable [] staple) {
    Map<String, SecretBytes> data = new HashMap<>();
    data.put(Secret.TLS_CERTIFICATE, SecretBytes.of(pem(certificate)));
    data.put(Secret.TLS_KEY, SecretBytes.of(pem(pair)));
    if (staple != null) {
      data.put(Secret.OCSP_STAPLE, SecretBytes.of(staple));
    }
    return new Secret(ObjectMeta.of("default", name), Secret.Type.TLS, data);
  }

  private static String pem(Object value) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          value instanceof KeyPair keys ? new JcaPKCS8Generator(keys.getPrivate(), null) : value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }
}
