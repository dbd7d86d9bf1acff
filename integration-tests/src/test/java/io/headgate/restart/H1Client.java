package io.headgate.restart;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 on one connection, which it leaves only when an answer says so. */
final class H1Client implements Client {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final byte[] REQUEST =
      "GET /shop HTTP/1.1\r\nHost: shop\r\n\r\n".getBytes(US_ASCII);

  private final InetSocketAddress address;
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();

  H1Client(InetSocketAddress address) {
    this.address = address;
  }

  @Override
  public void send(LongConsumer answered) throws IOException {
    Socket open = socket;
    if (open == null) {
      open = new Socket();
      open.setTcpNoDelay(true);
      open.setSoTimeout(TIMEOUT_MILLIS);
      open.connect(address, TIMEOUT_MILLIS);
      in = new BufferedInputStream(open.getInputStream());
      socket = open;
    }
    open.getOutputStream().write(REQUEST);
    String status = line();
    boolean last = false;
    int length = -1;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length: ")) {
        length = Integer.parseInt(lower.substring("content-length: ".length()));
      }
      last |= lower.equals("connection: close");
    }
    if (length < 0) {
      throw new IOException("an answer without a length: " + status);
    }
    if (in.readNBytes(length).length < length) {
      throw new EOFException("within a body");
    }
    if (!status.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(status);
    }
    answered.accept(1);
    if (last) {
      close();
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("in the place of an answer, or within its head");
      }
      line.write(b);
    }
    return line.toString(US_ASCII).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    Socket open = socket;
    socket = null;
    if (open != null) {
      open.close();
    }
  }
}
