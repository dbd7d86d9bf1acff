package io.headgate.dataplane.hcm;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Random request ids in the form of a version 4 UUID (RFC 9562 §5.4). They name requests, no
 * secret.
 */
final class RequestIds {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private RequestIds() {}

  static byte[] next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    byte[] id = new byte[36];
    int at = 0;
    for (int i = 0; i < 32; i++) {
      if (i == 8 || i == 12 || i == 16 || i == 20) {
        id[at++] = '-';
      }
      long word = i < 16 ? high : low;
      id[at++] = HEX[(int) (word >>> (60 - 4 * (i & 15))) & 15];
    }
    return id;
  }
}
