package io.headgate.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;

/**
 * A WebSocket backend over HTTP/1 that sends every frame back as it came, unmasked, and ends behind
 * a close. The text {@code abort} makes it reset the connection.
 */
final class EchoBackend implements AutoCloseable {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** Counts down when the backend has lost a connection without a close. */
  final CountDownLatch lost = new CountDownLatch(1);

  private final ServerSocket server;
  private final boolean lies;

  /** Makes a backend; one that lies answers another key than it was given. */
  EchoBackend(boolean lies) throws IOException {
    this.lies = lies;
    server = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      String key = "";
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.regionMatches(true, 0, "sec-websocket-key: ", 0, 19)) {
          key = line.substring(19);
        }
      }
      String head =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: %s\r\n\r\n";
      String answered = head.formatted(accept(lies ? "another" : key));
      socket.getOutputStream().write(answered.getBytes(US_ASCII));
      while (echo(in, socket)) {
        // one frame after another
      }
    } catch (IOException e) {
      lost.countDown();
    }
  }

  private static boolean echo(DataInputStream in, Socket socket) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    int length = second & 127;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    if (second < 128) {
      throw new IOException("a client masks its frames");
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    if (new String(payload, US_ASCII).equals("abort")) {
      socket.setSoLinger(true, 0);
      return false;
    }
    socket.getOutputStream().write(frame(first, payload, new byte[0]));
    return (first & 15) != 8;
  }

  /** Writes a frame, masked when there is a mask. */
  static byte[] frame(int first, byte[] payload, byte[] mask) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int masked = mask.length == 0 ? 0 : 128;
    out.write(first);
    if (payload.length < 126) {
      out.write(masked | payload.length);
    } else if (payload.length < 1 << 16) {
      out.write(masked | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(masked | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.writeBytes(mask);
    byte[] body = payload.clone();
    for (int i = 0; masked > 0 && i < body.length; i++) {
      body[i] ^= mask[i & 3];
    }
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static String accept(String key) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
