package io.headgate.dataplane.harness;

import java.util.Arrays;
import java.util.Random;

/**
 * Choices that are read from the bytes of an input, one after the other; when they are used up,
 * every choice is the first. A fuzzer that changes a byte so changes a choice, and one that leaves
 * a byte alone leaves what was made of it.
 */
public final class Draw extends Random {
  private final transient byte[] bytes;
  private int at;

  /** Makes choices from an input. */
  public Draw(byte[] input) {
    bytes = input.clone();
  }

  private int octet() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  /** Returns what no choice was read from so far, and uses it up. */
  public byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, Math.min(at, bytes.length), bytes.length);
    at = bytes.length;
    return rest;
  }

  @Override
  protected int next(int bits) {
    int value = 0;
    for (int i = 0; i < bits; i += 8) {
      value = value << 8 | octet();
    }
    return bits == 32 ? value : value & ((1 << bits) - 1);
  }

  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("no choice");
    }
    int value = octet();
    for (long reach = 256; reach < bound; reach <<= 8) {
      value = value << 8 | octet();
    }
    return (value & Integer.MAX_VALUE) % bound;
  }

  @Override
  public boolean nextBoolean() {
    return (octet() & 1) != 0;
  }

  @Override
  public void nextBytes(byte[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (byte) octet();
    }
  }
}
