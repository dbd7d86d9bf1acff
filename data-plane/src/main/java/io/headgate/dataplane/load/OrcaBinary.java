package io.headgate.dataplane.load;

import io.headgate.dataplane.endpoint.LoadMetric;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads the binary form of a load report: a serialised {@code OrcaLoadReport} in base64, padded or
 * not. Maps of it are checked and left out, unknown fields are passed over.
 *
 * <p>Thread: any. Spec: {@code xds.data.orca.v3.OrcaLoadReport}; protocol buffers, "Encoding".
 */
final class OrcaBinary {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private static final int CPU = 1;
  private static final int MEMORY = 2;
  private static final int REQUEST_COST = 4;
  private static final int UTILIZATION = 5;
  private static final int RPS = 6;
  private static final int EPS = 7;
  private static final int NAMED_METRICS = 8;
  private static final int APPLICATION = 9;
  // The value of an entry of a map.
  private static final int ENTRY_VALUE = 2;

  private final ByteBuffer in;

  private OrcaBinary(byte[] message) {
    in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a report into the values by metric; false when it is refused. */
  static boolean read(byte[] bytes, int offset, int length, double[] values) {
    byte[] message = decode(bytes, offset, length);
    return message != null && new OrcaBinary(message).report(values);
  }

  private static byte @Nullable [] decode(byte[] bytes, int offset, int length) {
    byte[] text = new byte[length];
    System.arraycopy(bytes, offset, text, 0, length);
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean report(double[] values) {
    while (in.hasRemaining()) {
      long tag = varint();
      int field = (int) (tag >>> 3);
      int wire = (int) (tag & 7);
      if (tag < 0 || field == 0) {
        return false;
      }
      LoadMetric metric = metric(field);
      boolean isMap = field == REQUEST_COST || field == UTILIZATION || field == NAMED_METRICS;
      boolean good =
          metric != null
              ? wire == FIXED64 && in.remaining() >= Double.BYTES && keep(metric, values)
              : isMap ? wire == LENGTH && entry() : skip(wire);
      if (!good) {
        return false;
      }
    }
    return true;
  }

  private boolean keep(LoadMetric metric, double[] values) {
    double value = in.getDouble();
    if (!OrcaParser.isPossible(metric, value)) {
      return false;
    }
    values[metric.slot()] = value; // of a field that is there twice the last one counts
    return true;
  }

  private static @Nullable LoadMetric metric(int field) {
    return switch (field) {
      case CPU -> LoadMetric.CPU_UTILIZATION;
      case MEMORY -> LoadMetric.MEM_UTILIZATION;
      case RPS -> LoadMetric.RPS;
      case EPS -> LoadMetric.EPS;
      case APPLICATION -> LoadMetric.APPLICATION_UTILIZATION;
      default -> null;
    };
  }

  /** One entry of a map: its value must be possible. */
  private boolean entry() {
    long length = varint();
    if (length < 0 || length > in.remaining()) {
      return false;
    }
    int end = in.position() + (int) length;
    while (in.position() < end) {
      long tag = varint();
      if (tag < 0) {
        return false;
      }
      if (tag == (ENTRY_VALUE << 3 | FIXED64)) {
        if (end - in.position() < Double.BYTES || !OrcaParser.isFinite(in.getDouble())) {
          return false;
        }
      } else if (!skip((int) (tag & 7))) {
        return false;
      }
    }
    return in.position() == end;
  }

  private boolean skip(int wire) {
    long bytes =
        switch (wire) {
          case VARINT -> varint() == -1 ? -1 : 0;
          case FIXED64 -> Long.BYTES;
          case LENGTH -> varint();
          case FIXED32 -> Integer.BYTES;
          default -> -1;
        };
    if (bytes < 0 || bytes > in.remaining()) {
      return false;
    }
    in.position(in.position() + (int) bytes);
    return true;
  }

  /** A variable-length number; -1 when it is cut off or longer than 63 bits. */
  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 63 && in.hasRemaining(); shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }
}
