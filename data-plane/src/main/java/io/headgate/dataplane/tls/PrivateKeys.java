package io.headgate.dataplane.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads private keys: PKCS #8 (RFC 5958), in the clear or encrypted, and the older forms of RSA
 * (PKCS #1) and EC keys (RFC 5915).
 *
 * <p>Thread: any.
 */
final class PrivateKeys {
  private static final byte[] RSA_ALGORITHM =
      new byte[] {
        0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
      };
  private static final byte[] EC_OID =
      new byte[] {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
  private static final byte[] VERSION_0 = new byte[] {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;
  private static final int PARAMETERS = 0xa0;

  private PrivateKeys() {}

  static PrivateKey read(byte[] text, @Nullable String password, String where) {
    for (Pem.Block block : Pem.blocks(text)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return pkcs8(block.der(where), where);
        }
        case "RSA PRIVATE KEY" -> {
          refuseOldEncryption(block, where);
          return pkcs8(
              tlv(SEQUENCE, VERSION_0, RSA_ALGORITHM, tlv(OCTETS, block.der(where))), where);
        }
        case "EC PRIVATE KEY" -> {
          refuseOldEncryption(block, where);
          return ec(block.der(where), where);
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          return pkcs8(decrypted(block.der(where), password, where), where);
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException(
        where + " holds no private key; use PEM with a PRIVATE KEY block");
  }

  private static void refuseOldEncryption(Pem.Block block, String where) {
    if (block.body().contains("Proc-Type")) {
      throw new IllegalArgumentException(
          where
              + ": this old kind of encryption is not implemented; convert it with `openssl pkcs8"
              + " -topk8`");
    }
  }

  private static byte[] decrypted(byte[] der, @Nullable String password, String where) {
    if (password == null) {
      throw new IllegalArgumentException(where + " is encrypted; set password");
    }
    try {
      EncryptedPrivateKeyInfo sealed = new EncryptedPrivateKeyInfo(der);
      String algorithm =
          sealed.getAlgParameters() == null
              ? sealed.getAlgName()
              : sealed.getAlgParameters().toString();
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(password.toCharArray())),
          sealed.getAlgParameters());
      return sealed.getKeySpec(cipher).getEncoded();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(where + " can not be decrypted; check password", e);
    }
  }

  private static PrivateKey pkcs8(byte[] der, String where) {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException _) {
        continue; // the next may fit
      }
    }
    throw new IllegalArgumentException(where + " is neither an ECDSA nor an RSA key");
  }

  /** Puts the curve, which stands inside the old form, where PKCS #8 has it. */
  private static PrivateKey ec(byte[] der, String where) {
    int at = 0;
    try {
      at = skipHeader(der, 0);
      while (at < der.length && (der[at] & 0xff) != PARAMETERS) {
        at = skipHeader(der, at) + length(der, at);
      }
      int start = skipHeader(der, at);
      byte[] curve = Arrays.copyOfRange(der, start, start + length(der, at));
      return pkcs8(tlv(SEQUENCE, VERSION_0, tlv(SEQUENCE, EC_OID, curve), tlv(OCTETS, der)), where);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          where + ": the EC PRIVATE KEY block does not name its curve; convert it to PKCS #8", e);
    }
  }

  private static int skipHeader(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < Math.min(first & 0x7f, 3); i++) {
      length = length << 8 | der[at + 2 + i] & 0xff;
    }
    return length;
  }

  private static byte[] tlv(int tag, byte[]... parts) {
    int size = 0;
    for (byte[] part : parts) {
      size += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (size < 0x80) {
      out.write(size);
    } else if (size < 0x100) {
      out.write(0x81);
      out.write(size);
    } else {
      out.write(0x82);
      out.write(size >> 8);
      out.write(size);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
