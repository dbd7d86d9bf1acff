package io.headgate.listeners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A backend whose connections begin with a PROXY header, in clear, before TLS. It answers the first
 * request of each connection with two lines, that header in words and the request line, and the
 * request's fields.
 */
public final class ToldBackend implements AutoCloseable {
  private static final byte[] BINARY = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
  private static final int LOCAL = 0x20;

  private final ServerSocket server;
  private final @Nullable SSLContext tls;
  private final List<String> told = new CopyOnWriteArrayList<>();

  /**
   * Listens on loopback.
   *
   * @param tls spoken behind the header; null for clear text
   */
  public ToldBackend(@Nullable SSLContext tls) throws IOException {
    this.tls = tls;
    server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** What each connection began with: the header in words, and the first line behind it. */
  public List<String> told() {
    return List.copyOf(told);
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

  private void serve(Socket accepted) {
    try (accepted) {
      accepted.setSoTimeout(20_000);
      String header = header(new DataInputStream(accepted.getInputStream()));
      Socket socket =
          tls == null
              ? accepted
              : tls.getSocketFactory().createSocket(accepted, (InputStream) null, true);
      String head = Wire.head(socket.getInputStream());
      told.add(header + "\n" + head.lines().findFirst().orElse(""));
      String body = header + "\n" + head;
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(ISO_8859_1));
    } catch (IOException e) {
      // The connection is over, which its other end sees.
    }
  }

  /** The text form as it is; the binary one as {@code V2 source:port destination:port}. */
  private static String header(DataInputStream in) throws IOException {
    byte[] start = in.readNBytes(BINARY.length);
    if (!Arrays.equals(start, BINARY)) {
      StringBuilder line = new StringBuilder(new String(start, ISO_8859_1));
      if (!line.toString().startsWith("PROXY ")) {
        throw new IOException("no PROXY header: " + line);
      }
      while (line.charAt(line.length() - 1) != '\n') {
        line.append((char) in.readUnsignedByte());
      }
      return line.toString().strip();
    }
    int command = in.readUnsignedByte();
    int bytes = in.readUnsignedByte() == 0x11 ? 4 : 16;
    ByteBuffer rest = ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
    if (command == LOCAL) {
      return "V2 LOCAL";
    }
    InetAddress source = address(rest, bytes);
    InetAddress destination = address(rest, bytes);
    return "V2 %s:%d %s:%d"
        .formatted(
            source.getHostAddress(),
            Short.toUnsignedInt(rest.getShort()),
            destination.getHostAddress(),
            Short.toUnsignedInt(rest.getShort()));
  }

  private static InetAddress address(ByteBuffer from, int bytes) throws IOException {
    byte[] address = new byte[bytes];
    from.get(address);
    return InetAddress.getByAddress(address);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
