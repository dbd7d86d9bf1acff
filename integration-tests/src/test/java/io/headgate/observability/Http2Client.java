package io.headgate.observability;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One request in HTTP/2 on a connection of its own, frame by frame. Spec: RFC 9113, RFC 7541. */
final class Http2Client {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int CANCEL = 8;
  private static final int STREAM = 1;

  private final DataOutputStream out;
  private final DataInputStream in;

  /** Takes over a connection that nothing was sent on. */
  Http2Client(Socket socket) throws IOException {
    // Envoy wants the preface in one piece.
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    in = new DataInputStream(socket.getInputStream());
  }

  /** Sends a request without a body; fields of one line each. */
  void send(Map<String, String> fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Map.Entry<String, String> field : fields.entrySet()) {
      block.write(0); // a literal with a name of its own, not indexed
      text(block, field.getKey());
      text(block, field.getValue());
    }
    out.writeBytes(PREFACE);
    frame(SETTINGS, 0, 0, new byte[0]);
    frame(HEADERS, END_STREAM | END_HEADERS, STREAM, block.toByteArray());
    out.flush();
  }

  private static void text(ByteArrayOutputStream to, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 126) {
      throw new IOException("too long for a length of one byte: " + text);
    }
    to.write(bytes.length);
    to.write(bytes);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  /** Gives the request up; the connection goes on. */
  void reset() throws IOException {
    frame(RST_STREAM, 0, STREAM, new byte[] {0, 0, 0, CANCEL});
    out.flush();
  }

  /** Reads the answer to its end. */
  void awaitAnswer() throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      in.skipNBytes(length);
      boolean last = (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
      if (stream == STREAM && (last || type == RST_STREAM)) {
        return;
      }
    }
  }
}
