package io.headgate.dataplane.http;

import java.util.Arrays;
import java.util.HexFormat;

/** A value with its type, as a PROXY header carries it; nobody changes the bytes. */
public record Tlv(int type, byte[] value) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Tlv tlv && type == tlv.type && Arrays.equals(value, tlv.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return type + "=" + HexFormat.of().formatHex(value);
  }
}
