package io.headgate.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;

/**
 * A client's tunnel over HTTP/2 (RFC 8441): one connection, one extended CONNECT, and the bytes of
 * its stream. Frames are read where bytes are awaited, by the thread of the test.
 */
final class H2Tunnel implements AutoCloseable {
  static final int CANCEL = 8;

  private static final int WINDOW = 65_535;
  private static final int PIECE = 16_384;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
  private int connectionWindow = WINDOW;
  private int streamWindow = WINDOW;
  private boolean connectOffered;
  private int status;
  private boolean ended;
  private int resetCode = -1;

  H2Tunnel(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(4, 0, 0, new byte[0]);
    while (!connectOffered) {
      read();
    }
  }

  /** Asks for the tunnel and returns the status of the answer. */
  int open() throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Map.of(":method", "CONNECT", ":scheme", "http", ":path", "/", ":authority", "a")
        .forEach((name, value) -> field(block, name, value));
    field(block, ":protocol", "websocket");
    field(block, "sec-websocket-version", "13");
    frame(1, 4, 1, block.toByteArray());
    while (status == 0) {
      read();
    }
    return status;
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
    out.flush();
  }

  /** Sends bytes as far as the windows allow, and waits for more window. */
  void send(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      int n =
          Math.min(Math.min(PIECE, bytes.length - at), Math.min(connectionWindow, streamWindow));
      if (n <= 0) {
        read();
        continue;
      }
      byte[] piece = new byte[n];
      System.arraycopy(bytes, at, piece, 0, n);
      frame(0, 0, 1, piece);
      connectionWindow -= n;
      streamWindow -= n;
      at += n;
    }
  }

  void end() throws IOException {
    frame(0, 1, 1, new byte[0]);
  }

  void reset() throws IOException {
    frame(3, 0, 1, number(CANCEL));
  }

  /** Waits for so many bytes of the stream. */
  byte[] receive(int count) throws IOException {
    while (arrived.size() < count) {
      if (ended || resetCode >= 0) {
        throw new IOException("the stream is over");
      }
      read();
    }
    byte[] all = arrived.toByteArray();
    arrived.reset();
    arrived.write(all, count, all.length - count);
    byte[] wanted = new byte[count];
    System.arraycopy(all, 0, wanted, 0, count);
    return wanted;
  }

  /** Waits for the end of the stream: -1 for a clean one, else the code of its reset. */
  int awaitEnd() throws IOException {
    while (!ended && resetCode < 0) {
      read();
    }
    return resetCode;
  }

  private void read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = in.readNBytes(length);
    switch (type) {
      case 0 -> {
        arrived.writeBytes(payload);
        if (length > 0) {
          frame(8, 0, 0, number(length));
          frame(8, 0, 1, number(length));
        }
      }
      case 1 -> status = status(payload);
      case 3 -> resetCode = number(payload, 0);
      case 4 -> {
        if ((flags & 1) == 0) {
          settings(payload);
          frame(4, 1, 0, new byte[0]);
        }
      }
      case 8 -> {
        if (stream == 0) {
          connectionWindow += number(payload, 0);
        } else {
          streamWindow += number(payload, 0);
        }
      }
      default -> {}
    }
    ended |= type <= 1 && (flags & 1) != 0;
  }

  /** The status comes first: as a whole entry of the static table, or as a literal of its name. */
  private static int status(byte[] block) {
    int at = 0;
    while ((block[at] & 0xe0) == 0x20) {
      at++; // the size of the dynamic table
    }
    return switch (block[at] & 0xff) {
      case 0x88 -> 200;
      case 0x8c -> 400;
      case 0x8d -> 404;
      default -> Integer.parseInt(new String(block, at + 2, 3, ISO_8859_1), 10);
    };
  }

  private void settings(byte[] payload) {
    for (int i = 0; i < payload.length; i += 6) {
      int value = number(payload, i + 2);
      if (payload[i + 1] == 4) {
        streamWindow += value - WINDOW;
      } else if (payload[i + 1] == 8) {
        connectOffered = value == 1;
      }
    }
  }

  private static byte[] number(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
