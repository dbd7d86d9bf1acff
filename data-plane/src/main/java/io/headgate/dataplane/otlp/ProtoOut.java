package io.headgate.dataplane.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Writes a protobuf message field by field. Spec: Protocol Buffers, encoding. */
final class ProtoOut {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  private void tag(int field, int type) {
    raw((long) field << 3 | type);
  }

  private void raw(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  ProtoOut varint(int field, long value) {
    tag(field, VARINT);
    raw(value);
    return this;
  }

  ProtoOut fixed64(int field, long value) {
    tag(field, FIXED64);
    for (int i = 0; i < 8; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  ProtoOut fixed32(int field, int value) {
    tag(field, FIXED32);
    for (int i = 0; i < 4; i++) {
      out.write(value >>> (8 * i));
    }
    return this;
  }

  ProtoOut real(int field, double value) {
    return fixed64(field, Double.doubleToRawLongBits(value));
  }

  ProtoOut bytes(int field, byte[] value) {
    tag(field, BYTES);
    raw(value.length);
    out.writeBytes(value);
    return this;
  }

  ProtoOut text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  ProtoOut message(int field, Consumer<ProtoOut> content) {
    ProtoOut inner = new ProtoOut();
    content.accept(inner);
    return bytes(field, inner.toBytes());
  }

  /** A name with a text, as OTLP's KeyValue. */
  ProtoOut attribute(int field, String name, String value) {
    return message(field, kv -> kv.text(1, name).message(2, any -> any.text(1, value)));
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
