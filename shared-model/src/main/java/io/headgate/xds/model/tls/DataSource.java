package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.util.Arrays;

/** Where the bytes of a certificate, a key or a list come from. */
public sealed interface DataSource {
  /** A file on the proxy's machine. */
  record File(String path) implements DataSource {
    public File {
      Checks.notEmpty(path, "filename");
    }
  }

  /** Bytes in the config itself; never shown by {@link #toString()}. Immutable. */
  final class Inline implements DataSource {
    private final byte[] bytes;

    /** Takes a copy. */
    public Inline(byte[] bytes) {
      Checks.require(bytes.length > 0, "inline data must not be empty");
      this.bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Inline inline && Arrays.equals(bytes, inline.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "[" + bytes.length + " bytes]";
    }
  }
}
