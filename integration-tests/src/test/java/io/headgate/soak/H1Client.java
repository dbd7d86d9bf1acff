package io.headgate.soak;

import io.headgate.soak.BrokenException.Stage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 on one connection after the other. */
final class H1Client implements Client {
  private static final byte[] LAST_CHUNK = Http1.ascii("0\r\n\r\n");

  private final InetSocketAddress address;
  private @Nullable SocketPipe connection;

  H1Client(InetSocketAddress address) {
    this.address = address;
  }

  @Override
  public void exchange(Exchange exchange) throws BrokenException {
    Answer answer = new Answer(exchange);
    try {
      SocketPipe pipe = connection;
      if (pipe == null) {
        pipe = SocketPipe.connect(address);
        connection = pipe;
      }
      if (!send(pipe, exchange) || !receive(pipe, exchange, answer)) {
        connection = null;
        pipe.reset();
      }
    } catch (BrokenException e) {
      drop();
      throw e;
    } catch (IOException e) {
      drop();
      throw new BrokenException(answer.stage(), e);
    }
  }

  /** Returns false when the client gives up. */
  private static boolean send(SocketPipe pipe, Exchange exchange) throws IOException {
    byte[] body = exchange.requestBody();
    boolean chunked = body.length % 2 == 1;
    String framing =
        exchange.kind() != Exchange.Kind.ECHO
            ? ""
            : chunked
                ? "transfer-encoding: chunked\r\n"
                : "content-length: " + body.length + "\r\n";
    String head =
        exchange.method()
            + " "
            + exchange.path()
            + " HTTP/1.1\r\nhost: soak\r\n"
            + Exchange.ID
            + ": "
            + exchange.id()
            + "\r\n"
            + framing
            + "\r\n";
    boolean leaves = exchange.point() == Exchange.Break.IN_REQUEST;
    if (leaves && body.length == 0) {
      pipe.out().write(Http1.ascii(head.substring(0, head.length() / 2)));
      return false;
    }
    pipe.out().write(Http1.ascii(head));
    byte[] sent = leaves ? Arrays.copyOf(body, body.length / 2) : body;
    if (!chunked) {
      pipe.out().write(sent);
    } else {
      int half = sent.length / 2;
      pipe.out().write(Http1.chunk(Arrays.copyOf(sent, half + 1)));
      if (half + 1 < sent.length) {
        pipe.out().write(Http1.chunk(Arrays.copyOfRange(sent, half + 1, sent.length)));
      }
      if (!leaves) {
        pipe.out().write(LAST_CHUNK);
      }
    }
    return !leaves && exchange.point() != Exchange.Break.BEFORE_ANSWER;
  }

  /** Returns false when the client gives up. */
  private boolean receive(SocketPipe pipe, Exchange exchange, Answer answer) throws IOException {
    Http1.Head head = Http1.head(pipe.in());
    answer.head(Integer.parseInt(head.start().substring(9, 12)));
    if (exchange.point() == Exchange.Break.IN_ANSWER) {
      return false; // while the body is on its way
    }
    Http1.body(pipe.in(), head, answer::data);
    answer.end();
    if (head.field("connection").equals("close")) {
      if (pipe.in().read() >= 0) {
        throw new BrokenException(Stage.WRONG, "more after the last answer");
      }
      close();
    }
    return true;
  }

  private void drop() {
    try {
      close();
    } catch (IOException e) {
      // It is broken anyway.
    }
  }

  @Override
  public void close() throws IOException {
    SocketPipe open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
