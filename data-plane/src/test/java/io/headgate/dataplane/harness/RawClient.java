package io.headgate.dataplane.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 client that sends exactly the bytes it is told and reads one message after another.
 * Reads give up after 10 s.
 */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** A message as it came. */
  public record Message(String startLine, List<String> headerLines, String body) {
    /** Returns the status of a response. */
    public int status() {
      return Integer.parseInt(startLine.split(" ", -1)[1]);
    }

    /** Returns the first value of a header, null when it is absent. */
    public @Nullable String header(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ":";
      for (String line : headerLines) {
        if (line.toLowerCase(Locale.ROOT).startsWith(prefix)) {
          return line.substring(prefix.length()).strip();
        }
      }
      return null;
    }
  }

  private final Socket socket;
  private final InputStream in;

  /** Connects. */
  public RawClient(SocketAddress address) throws IOException {
    this(connected(address));
  }

  /** Takes over a connected socket, for example a TLS one. */
  public RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private static Socket connected(SocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, TIMEOUT_MILLIS);
    return socket;
  }

  /** Returns the port that it is connected to. */
  public int remotePort() {
    return socket.getPort();
  }

  /** Sends text as ISO-8859-1 bytes. */
  public RawClient send(String raw) throws IOException {
    socket.getOutputStream().write(raw.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends a GET and reads the answer. */
  public Message get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n").read();
  }

  /** Reads a response that has a body unless its status forbids one. */
  public Message read() throws IOException {
    return read(true);
  }

  /** Reads a message; without {@code body} only its head, as after HEAD. */
  public Message read(boolean body) throws IOException {
    String start = line();
    List<String> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      headers.add(line);
    }
    Message head = new Message(start, headers, "");
    if (!body) {
      return head;
    }
    String length = head.header("content-length");
    if ("chunked".equals(head.header("transfer-encoding"))) {
      return new Message(start, headers, chunks());
    } else if (length != null) {
      return new Message(start, headers, bytes(Integer.parseInt(length)));
    }
    boolean response = start.startsWith("HTTP/");
    boolean none = !response || head.status() < 200 || head.status() == 204 || head.status() == 304;
    return none ? head : new Message(start, headers, new String(in.readAllBytes(), ISO_8859_1));
  }

  private String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      body.append(bytes(size));
      if (size == 0) {
        for (String line = line(); !line.isEmpty(); line = line()) {
          body.append('{').append(line).append('}');
        }
        return body.toString();
      }
      line();
    }
  }

  private String bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("closed inside a body, " + (length - bytes.length) + " bytes early");
    }
    return new String(bytes, ISO_8859_1);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed inside a head: " + line.toString(ISO_8859_1));
      }
      line.write(c);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Waits until the peer closes and returns whether it sent nothing before. */
  public boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
