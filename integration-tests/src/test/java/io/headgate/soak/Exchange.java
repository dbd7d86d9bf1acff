package io.headgate.soak;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One request and the answer that it must get.
 *
 * @param id of this exchange alone; travels as {@code x-soak-id}
 * @param length of the body: of the answer for BYTES and ABORT, of both for ECHO
 * @param point where the client itself gives up
 */
record Exchange(String id, Kind kind, int length, Break point) {
  /** The field of a request that holds the id. */
  static final String ID = "x-soak-id";

  private static final int SMALL = 4 << 10;
  private static final int LARGE = 256 << 10;

  /** What the backend is asked for. */
  enum Kind {
    /** A GET: it may be tried again as long as no answer has begun. */
    BYTES,
    /** A POST: once it may have reached a backend it is never tried again. */
    ECHO,
    /** A GET whose answer the backend breaks off on purpose. */
    ABORT
  }

  /** Where a client resets. */
  enum Break {
    NEVER,
    IN_REQUEST,
    BEFORE_ANSWER,
    IN_ANSWER
  }

  /** Draws one: mostly small, now and then more than all windows and buffers on the way hold. */
  static Exchange draw(String id, RandomGenerator random) {
    int length = random.nextInt(random.nextInt(12) == 0 ? LARGE : SMALL);
    int draw = random.nextInt(50);
    Kind kind = draw == 0 ? Kind.ABORT : draw < 25 ? Kind.BYTES : Kind.ECHO;
    Break point =
        kind == Kind.ABORT || random.nextInt(25) != 0
            ? Break.NEVER
            : switch (random.nextInt(3)) {
              case 0 -> Break.IN_REQUEST;
              case 1 -> Break.BEFORE_ANSWER;
              default -> Break.IN_ANSWER;
            };
    return new Exchange(id, kind, length, point);
  }

  String method() {
    return kind == Kind.ECHO ? "POST" : "GET";
  }

  String path() {
    return switch (kind) {
      case BYTES -> "/soak/bytes?n=" + length;
      case ECHO -> "/soak/echo";
      case ABORT -> "/soak/abort?n=" + length;
    };
  }

  byte[] requestBody() {
    return kind == Kind.ECHO ? body() : new byte[0];
  }

  /** What the answer must hold. */
  byte[] body() {
    return bytes(id, length);
  }

  /** Bytes that no other exchange has. */
  static byte[] bytes(String id, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(id.hashCode() * 0x9e3779b97f4a7c15L).nextBytes(bytes);
    return bytes;
  }
}
