package io.headgate.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.http.StreamAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The codec's two neighbours, who write down in the words of the corpus what they are told. */
final class InProcess {
  private InProcess() {}

  private static String fields(HeaderBlock headers, String prefix) {
    Set<String> fields = new TreeSet<>();
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.nameAt(i).toString().equals("content-length")) {
        fields.add(" " + prefix + headers.nameAt(i) + "=" + Forwarded.escaped(headers.valueAt(i)));
      }
    }
    return String.join("", fields);
  }

  /** Answers every complete request with {@code ok}. */
  static final class Acceptor implements StreamAcceptor {
    private final List<String> complete = new ArrayList<>();

    /** Returns the requests that were complete. */
    String forwarded() {
      complete.sort(null);
      return complete.isEmpty() ? "-" : String.join(" & ", complete);
    }

    @Override
    public RequestReceiver newStream(ServerStream stream) {
      return new Receiver(stream);
    }

    @Override
    public void onProtocolError(ConnectionInfo connection, ProxyError error, int status) {}

    @Override
    public void onConnectionClosed() {}

    private final class Receiver implements RequestReceiver {
      private final ServerStream stream;
      private final StringBuilder text = new StringBuilder();
      private final StringBuilder body = new StringBuilder();

      Receiver(ServerStream stream) {
        this.stream = stream;
      }

      @Override
      public void onHead(RequestHead head, boolean endStream) {
        text.append(head.method()).append(' ').append(head.path()).append(' ');
        text.append(head.authority()).append(fields(head.headers(), ""));
        if (endStream) {
          end();
        }
      }

      @Override
      public void onData(ByteBuf data, boolean endStream) {
        body.append(data.toString(ISO_8859_1));
        data.release();
        if (endStream) {
          end();
        }
      }

      @Override
      public void onTrailers(HeaderBlock trailers) {
        text.append(fields(trailers, "trailer:"));
        end();
      }

      private void end() {
        complete.add(text + (body.isEmpty() ? "" : " \"" + body + '"'));
        ResponseHead head = new ResponseHead();
        head.status(200);
        head.headers().set(HeaderNames.CONTENT_LENGTH, 2);
        stream.sendHead(head, false);
        stream.sendData(Unpooled.copiedBuffer("ok", ISO_8859_1), true);
      }

      @Override
      public void onReset(ProxyError error, boolean canAnswer) {}

      @Override
      public void onWritabilityChanged(boolean writable) {}

      @Override
      public void onComplete() {}
    }
  }

  /** Takes an answer as a client of HTTP/1 would see it. */
  static final class Receiver implements ResponseReceiver {
    private final StringBuilder text = new StringBuilder();
    private boolean begun;
    private boolean bodyBegun;

    /** Returns what was seen. */
    String seen() {
      return text.toString().strip();
    }

    private void end(boolean endStream) {
      text.append(endStream ? " end" : "");
    }

    @Override
    public void onInformational(ResponseHead head) {
      text.append(' ').append(head.status());
    }

    @Override
    public void onHead(ResponseHead head, boolean endStream) {
      begun = true;
      text.append(' ').append(head.status());
      end(endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      if (data.isReadable()) {
        text.append(bodyBegun ? "" : " ").append(data.toString(ISO_8859_1));
        bodyBegun = true;
      }
      data.release();
      end(endStream);
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {
      end(true);
    }

    @Override
    public void onReset(ProxyError error) {
      boolean protocol = error.kind() == ErrorKind.UPSTREAM_PROTOCOL_ERROR;
      text.append(begun ? " broken" : protocol ? " 502 end" : " 503 end");
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}
  }
}
