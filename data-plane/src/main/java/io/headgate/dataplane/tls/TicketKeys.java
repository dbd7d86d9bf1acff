package io.headgate.dataplane.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.Arrays;

/** Makes keys of session tickets: 16 bytes of name, 32 for the MAC, 32 for the cipher, as Envoy. */
final class TicketKeys {
  private static final int NAME = 16;
  private static final int MAC = 32;
  private static final int CIPHER = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private TicketKeys() {}

  static OpenSslSessionTicketKey random() {
    byte[] bytes = new byte[NAME + MAC + CIPHER];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  /** BoringSSL takes 16 bytes of each half; Envoy's keys are longer, and the same part is used. */
  static OpenSslSessionTicketKey of(byte[] bytes) {
    return new OpenSslSessionTicketKey(
        Arrays.copyOfRange(bytes, 0, OpenSslSessionTicketKey.NAME_SIZE),
        Arrays.copyOfRange(bytes, NAME, NAME + OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        Arrays.copyOfRange(bytes, NAME + MAC, NAME + MAC + OpenSslSessionTicketKey.AES_KEY_SIZE));
  }
}
