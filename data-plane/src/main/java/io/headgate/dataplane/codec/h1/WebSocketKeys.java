package io.headgate.dataplane.codec.h1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.HeaderName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The key and its answer that only HTTP/1 has in a WebSocket's handshake (RFC 6455 §4.1, §4.2.2):
 * made and checked here when the other side speaks a protocol without them (RFC 8441 §5).
 */
final class WebSocketKeys {
  static final HeaderName KEY = HeaderName.of("sec-websocket-key");
  static final HeaderName ACCEPT = HeaderName.of("sec-websocket-accept");
  static final String TOKEN = "websocket";

  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private WebSocketKeys() {}

  /** Returns a fresh key. It is a nonce against caches, no secret. */
  static String newKey() {
    byte[] nonce = new byte[16];
    ThreadLocalRandom.current().nextBytes(nonce);
    return Base64.getEncoder().encodeToString(nonce);
  }

  /** Returns the answer to a key. */
  static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
