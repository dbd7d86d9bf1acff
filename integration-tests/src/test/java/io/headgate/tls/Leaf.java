package io.headgate.tls;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/** What a certificate is to say. */
public record Leaf(
    String commonName,
    List<GeneralName> names,
    boolean rsa,
    Duration valid,
    @Nullable Purpose purpose) {
  private static final int RSA_BITS = 2048;

  /** The only thing that a certificate may be used for. */
  public enum Purpose {
    SERVER,
    CLIENT
  }

  /** An ECDSA certificate for no names. */
  public static Leaf of(String commonName) {
    return new Leaf(commonName, List.of(), false, Duration.ofDays(90), null);
  }

  /** An ECDSA certificate for DNS names, called by the first. */
  public static Leaf dns(String... names) {
    Leaf leaf = of(names[0]);
    for (String name : names) {
      leaf = leaf.and(GeneralName.dNSName, name);
    }
    return leaf;
  }

  /** With one name more. */
  public Leaf and(int type, String name) {
    List<GeneralName> more = new ArrayList<>(names);
    more.add(new GeneralName(type, name));
    return new Leaf(commonName, more, rsa, valid, purpose);
  }

  Leaf withRsa() {
    return new Leaf(commonName, names, true, valid, purpose);
  }

  Leaf valid(Duration fromNow) {
    return new Leaf(commonName, names, rsa, fromNow, purpose);
  }

  Leaf only(Purpose use) {
    return new Leaf(commonName, names, rsa, valid, use);
  }

  KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
    if (rsa) {
      generator.initialize(RSA_BITS);
    } else {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    return generator.generateKeyPair();
  }
}
