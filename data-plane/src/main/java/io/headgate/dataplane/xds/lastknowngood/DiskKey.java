package io.headgate.dataplane.xds.lastknowngood;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that last-known-good files are encrypted with: AES-256 in Galois/Counter mode, with a
 * nonce of its own for every file. Whoever changed a file without the key is found out.
 *
 * <pre>headgate-last-known-good-encrypted 1\n &lt;12 bytes nonce&gt; &lt;ciphertext and tag&gt;
 * </pre>
 *
 * <p>Immutable. <i>Spec:</i> NIST SP 800-38D.
 */
public final class DiskKey {
  private static final byte[] MAGIC =
      "headgate-last-known-good-encrypted 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final SecureRandom random = new SecureRandom();

  private DiskKey(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  /**
   * Reads a key file: 32 bytes in base64, with or without white space around.
   *
   * @throws IOException when the file can not be read or holds something else; the message says
   *     what, and nothing of the content
   */
  public static DiskKey read(Path file) throws IOException {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IllegalArgumentException e) {
      throw new IOException("it is not base64", e);
    }
    if (key.length != KEY_BYTES) {
      throw new IOException("it holds " + key.length + " bytes, a key has " + KEY_BYTES);
    }
    return new DiskKey(key);
  }

  /** Whether these bytes are a file that some key encrypted. */
  static boolean encrypted(byte[] file) {
    return file.length >= MAGIC.length
        && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  byte[] encrypt(byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes(MAGIC);
      file.writeBytes(nonce);
      file.writeBytes(cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain));
      return file.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  byte[] decrypt(byte[] file) throws SavedConfigFormat.CorruptException {
    int from = MAGIC.length + NONCE_BYTES;
    if (file.length < from) {
      throw new SavedConfigFormat.CorruptException("it is encrypted and cut off");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(file, MAGIC.length, from))
          .doFinal(file, from, file.length - from);
    } catch (GeneralSecurityException e) {
      throw new SavedConfigFormat.CorruptException(
          "it was encrypted with another key, or changed since");
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(MAGIC);
    return cipher;
  }

  /** Tells nothing of the key. */
  @Override
  public String toString() {
    return "DiskKey";
  }
}
