package io.headgate.dataplane.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.codec.h1.H1ClientConnection;
import io.headgate.dataplane.codec.h1.H1ServerConnection;
import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The codec of HTTP/1 as two functions: bytes to requests, and a request to bytes. */
public final class Http1 {
  private Http1() {}

  /** A request as it was read. */
  public static final class Message {
    public final RequestHead head = new RequestHead();
    public final ByteArrayOutputStream body = new ByteArrayOutputStream();
    public final HeaderBlock trailers = new HeaderBlock();

    /** Whether the end came; a request for a tunnel ends with its head. */
    public boolean complete;

    /** Makes a request to fill in. */
    public Message() {}

    /** Returns all that was read, in one line; framing fields are the codec's business. */
    public String text() {
      StringBuilder text = new StringBuilder();
      text.append(head.method()).append(' ').append(head.scheme()).append(' ');
      text.append(head.authority()).append(' ').append(head.path()).append(' ');
      text.append(head.upgrade());
      for (String field : fields(head.headers(), Set.of("content-length"))) {
        text.append(" [").append(field).append(']');
      }
      text.append(" | ").append(body.toString(ISO_8859_1)).append(" |");
      for (String field : fields(trailers, Set.of())) {
        text.append(" [").append(field).append(']');
      }
      return text.append(complete ? " end" : " open").toString();
    }
  }

  /**
   * What became of some bytes.
   *
   * @param messages the requests that began, in their order
   * @param errors what the codec refused
   */
  public record Reading(List<Message> messages, List<String> errors) {
    /** Returns all of it as text. */
    public String text() {
      return String.join("\n", messages.stream().map(Message::text).toList())
          + "\nerrors "
          + errors;
    }
  }

  /** Returns the fields of a block but some, as lines. */
  public static List<String> fields(HeaderBlock block, Set<String> but) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      if (!but.contains(block.nameAt(i))) {
        lines.add(block.nameAt(i) + ": " + block.valueAt(i));
      }
    }
    return lines;
  }

  /** Reads bytes that arrive in pieces; every request is answered 200 as soon as it is complete. */
  public static Reading read(H1Settings settings, byte[] wire, int... cuts) {
    Reader reader = new Reader();
    EmbeddedChannel channel =
        StillChannel.of(new H1ServerConnection(settings, MemoryConnection.INFO, reader));
    int at = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? Math.max(at, cuts[i]) : wire.length;
      if (to > at && channel.isOpen()) { // what comes after the connection is over reaches nobody
        channel.writeInbound(Unpooled.copiedBuffer(wire, at, to - at));
        channel.runPendingTasks();
      }
      at = to;
    }
    channel.finishAndReleaseAll();
    channel.runPendingTasks();
    channel.checkException();
    return new Reading(reader.messages, reader.errors);
  }

  /** Writes a request; its body in pieces of some size. */
  public static byte[] write(H1Settings settings, Message message, int piece) {
    H1ClientConnection connection = new H1ClientConnection(settings, Silent.INSTANCE);
    EmbeddedChannel channel = StillChannel.of(connection);
    ClientStream stream = connection.newStream(Silent.INSTANCE);
    byte[] body = message.body.toByteArray();
    boolean trailers = !message.trailers.isEmpty();
    RequestHead head = new RequestHead();
    head.copyFrom(message.head);
    boolean tunnel = head.asksForTunnel();
    stream.sendHead(head, !tunnel && body.length == 0 && !trailers);
    for (int from = 0; from < body.length; from += piece) {
      int to = Math.min(body.length, from + piece);
      ByteBuf data = Unpooled.copiedBuffer(body, from, to - from);
      stream.sendData(data, to == body.length && !trailers);
    }
    if (trailers) {
      HeaderBlock block = new HeaderBlock();
      block.copyFrom(message.trailers);
      stream.sendTrailers(block);
    }
    channel.runPendingTasks();
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      wire.writeBytes(bytes);
    }
    channel.finishAndReleaseAll();
    return wire.toByteArray();
  }

  private static final class Reader implements StreamAcceptor {
    private final List<Message> messages = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    @Override
    public RequestReceiver newStream(ServerStream stream) {
      Message message = new Message();
      messages.add(message);
      return new Receiver(stream, message, errors);
    }

    @Override
    public void onProtocolError(ConnectionInfo connection, ProxyError error, int status) {
      errors.add(status + " " + ErrorOutcome.of(error).details());
    }

    @Override
    public void onConnectionClosed() {}
  }

  private record Receiver(ServerStream stream, Message message, List<String> errors)
      implements RequestReceiver {
    @Override
    public void onHead(RequestHead head, boolean endStream) {
      message.head.copyFrom(head);
      if (endStream || head.asksForTunnel()) {
        complete(head.asksForTunnel() ? 403 : 200);
      }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      while (data.isReadable()) {
        message.body.write(data.readByte());
      }
      data.release();
      if (endStream) {
        complete(200);
      }
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {
      message.trailers.copyFrom(trailers);
      complete(200);
    }

    private void complete(int status) {
      message.complete = true;
      RecordingAcceptor.answer(stream, status, "");
    }

    @Override
    public void onReset(ProxyError error, boolean canAnswer) {
      errors.add("reset " + error.kind());
      if (canAnswer) {
        RecordingAcceptor.answer(stream, ErrorOutcome.of(error).status(), "");
      }
    }

    @Override
    public void onWritabilityChanged(boolean writable) {}

    @Override
    public void onComplete() {}
  }

  /** Wants no answer. */
  public enum Silent implements ResponseReceiver, ClientConnection.Listener {
    INSTANCE;

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head, boolean endStream) {}

    @Override
    public void onData(ByteBuf data, boolean endStream) {
      data.release();
    }

    @Override
    public void onTrailers(HeaderBlock trailers) {}

    @Override
    public void onReset(ProxyError error) {}

    @Override
    public void onWritabilityChanged(boolean writable) {}

    @Override
    public void onStreamAvailable(ClientConnection connection) {}

    @Override
    public void onDraining(ClientConnection connection) {}

    @Override
    public void onClosed(ClientConnection connection) {}
  }
}
