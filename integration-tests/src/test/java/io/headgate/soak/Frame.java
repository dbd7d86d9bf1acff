package io.headgate.soak;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;

/** A frame of WebSocket (RFC 6455 §5.2). The payload is not copied. */
@SuppressWarnings("ArrayRecordComponent")
record Frame(boolean fin, int opcode, byte[] payload) {
  static final int CONTINUATION = 0;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int MASKED = 0x80;
  private static final byte[] KEY = {17, 42, 99, 7};

  static Frame read(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    int length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] key = new byte[(second & MASKED) == 0 ? 0 : 4];
    in.readFully(key);
    byte[] payload = new byte[length];
    in.readFully(payload);
    mask(payload, key);
    return new Frame((first & 0x80) != 0, first & 0x0f, payload);
  }

  private static void mask(byte[] payload, byte[] key) {
    for (int i = 0; i < payload.length && key.length > 0; i++) {
      payload[i] ^= key[i & 3];
    }
  }

  /** Returns it as it travels; a client's is masked. */
  byte[] bytes(boolean fromClient) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write((fin ? 0x80 : 0) | opcode);
    int mask = fromClient ? MASKED : 0;
    if (payload.length < 126) {
      out.write(mask | payload.length);
    } else if (payload.length < 1 << 16) {
      out.write(mask | 126);
      out.write(payload.length >>> 8);
      out.write(payload.length);
    } else {
      out.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >>> shift));
      }
    }
    byte[] body = payload;
    if (fromClient) {
      out.writeBytes(KEY);
      body = payload.clone();
      mask(body, KEY);
    }
    out.writeBytes(body);
    return out.toByteArray();
  }
}
