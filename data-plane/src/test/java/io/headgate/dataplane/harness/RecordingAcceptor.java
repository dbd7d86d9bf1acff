package io.headgate.dataplane.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes every request, writes down what it was, and answers 200 with {@code ok} when it is
 * complete.
 */
public final class RecordingAcceptor implements StreamAcceptor {
  /**
   * One line for each request: method, scheme, authority, path, fields, body, trailers, how it
   * ended.
   */
  public final List<String> requests = new ArrayList<>();

  public final List<String> errors = new ArrayList<>();
  public final List<ServerStream> streams = new ArrayList<>();

  /** Whether requests are answered at once. */
  public boolean answering = true;

  public boolean closed;

  /** Makes an acceptor that answers. */
  public RecordingAcceptor() {}

  @Override
  public RequestReceiver newStream(ServerStream stream) {
    streams.add(stream);
    return new Receiver(stream);
  }

  @Override
  public void onProtocolError(ConnectionInfo connection, ProxyError error, int status) {
    errors.add(status + " " + ErrorOutcome.of(error).details());
  }

  @Override
  public void onConnectionClosed() {
    closed = true;
  }

  /** Answers a stream. */
  public static void answer(ServerStream stream, int status, String body) {
    ResponseHead head = new ResponseHead();
    head.status(status);
    head.headers().set(HeaderNames.CONTENT_LENGTH, body.length());
    stream.sendHead(head, body.isEmpty());
    if (!body.isEmpty()) {
      stream.sendData(Unpooled.copiedBuffer(body, ISO_8859_1), true);
    }
  }

  private final class Receiver implements RequestReceiver {
    private final ServerStream stream;
    private final StringBuilder text = new StringBuilder();

    Receiver(ServerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onHead(RequestHead newHead, boolean endStream) {
      text.append(newHead.method())
          .append(' ')
          .append(newHead.scheme())
          .append(' ')
          .append(newHead.authority())
          .append(' ')
          .append(newHead.path());
      HeaderBlock headers = newHead.headers();
      for (int i = 0; i < headers.size(); i++) {
        text.append(' ').append(headers.nameAt(i)).append('=').append(headers.valueAt(i));
      }
      text.append(" |");
      if (endStream) {
        complete();
      }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      text.append(data.toString(ISO_8859_1));
      data.release();
      if (endStream) {
        complete();
      }
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {
      text.append("| ").append(trailers.toString().replace('\n', ' '));
      complete();
    }

    private void complete() {
      text.append("| end");
      requests.add(text.toString());
      if (answering) {
        answer(stream, 200, "ok");
      }
    }

    @Override
    public void onReset(ProxyError error, boolean canAnswer) {
      requests.add(text + "| reset " + error.kind());
      if (canAnswer) {
        answer(stream, ErrorOutcome.of(error).status(), "");
      }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}

    @Override
    public void onComplete() {}
  }
}
