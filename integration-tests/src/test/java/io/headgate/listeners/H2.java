package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Map;

/** A connection of HTTP/2 by prior knowledge, with one request after the other. */
final class H2 implements Live {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final DataOutputStream out;
  private int stream = -1;
  private boolean goneAway;

  H2(InetSocketAddress address) throws IOException {
    socket.setSoTimeout(Tunnel.TIMEOUT_MILLIS);
    socket.connect(address);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    var _ = use();
  }

  private void frame(int type, int flags, int onStream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(onStream);
    out.write(payload);
    out.flush();
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }

  @Override
  public String use() throws IOException {
    stream += 2;
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Map.of(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a")
        .forEach((name, value) -> field(block, name, value));
    frame(HEADERS, 5, stream, block.toByteArray());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean ended = false;
    while (!ended) {
      ended = read(body);
    }
    if (goneAway) {
      throw new IOException("it goes away");
    }
    return body.toString(ISO_8859_1);
  }

  /** Reads a frame; returns whether the stream has ended. */
  private boolean read(ByteArrayOutputStream body) throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int onStream = in.readInt();
    byte[] payload = in.readNBytes(length);
    switch (type) {
      case DATA -> body.writeBytes(payload);
      case RESET -> throw new IOException("the stream was reset");
      case SETTINGS -> {
        if ((flags & 1) == 0) {
          frame(SETTINGS, 1, 0, new byte[0]);
        }
      }
      case GOAWAY -> goneAway = true;
      default -> {}
    }
    return onStream == stream && type <= HEADERS && (flags & 1) != 0;
  }

  /** Its end is announced before: a close without GOAWAY is none that a client may rely on. */
  @Override
  public boolean ends() throws IOException {
    try {
      while (true) {
        var _ = read(new ByteArrayOutputStream());
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (EOFException | SocketException e) {
      return goneAway;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
