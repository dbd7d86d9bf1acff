package io.headgate.dataplane.codec.h2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ServerConnection;
import io.headgate.dataplane.http.StreamAcceptor;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A downstream HTTP/2 connection: any number of requests at a time, up to what SETTINGS allow.
 *
 * <p>It drains in two steps (RFC 9113 §6.8): GOAWAY with the largest number says that the end is
 * near, and when a ping is answered, so that the client has read it, GOAWAY with the last stream
 * says which requests are served.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class H2ServerConnection extends H2Connection implements ServerConnection {
  private static final long DRAIN_PING = 0x647261696e696e67L;

  /** A client that does not answer the ping has had time enough to see GOAWAY. */
  private static final long DRAIN_PING_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int KEPT_HEADS = 128;
  private static final byte[] CONTENT_TYPE = "content-type".getBytes(US_ASCII);
  private static final byte[] TEXT_PLAIN = "text/plain".getBytes(US_ASCII);

  private final ConnectionInfo info;
  private final StreamAcceptor acceptor;
  private final RequestFields fields;
  private final ArrayDeque<RequestHead> heads = new ArrayDeque<>();
  private final Deadline drainDeadline =
      new Deadline() {
        @Override
        protected void onExpired() {
          sayLast();
        }
      };
  private int prefaceRead;
  private int lastStream;
  private boolean announced;
  private boolean draining;
  private boolean lastSaid;

  /** Makes the handler of one connection; it works from the moment it is added to a pipeline. */
  public H2ServerConnection(H2Settings settings, ConnectionInfo info, StreamAcceptor acceptor) {
    super(settings);
    this.info = info;
    this.acceptor = acceptor;
    this.fields = new RequestFields(settings, info.tls() != null);
  }

  @Override
  public ConnectionInfo info() {
    return info;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_2;
  }

  // ---- begin

  @Override
  void begin(FrameWriter out) {
    int[] pairs = new int[12];
    int n = 0;
    n = put(pairs, n, Frames.SETTING_MAX_CONCURRENT_STREAMS, maxStreams());
    n = put(pairs, n, Frames.SETTING_MAX_HEADER_LIST_SIZE, settings().maxHeadBytes());
    n = put(pairs, n, Frames.SETTING_NO_RFC7540_PRIORITIES, 1);
    int window = settings().options().windows().stream();
    if (window != Frames.DEFAULT_WINDOW) {
      n = put(pairs, n, Frames.SETTING_INITIAL_WINDOW_SIZE, window);
    }
    if (settings().options().hpackTableSize() != 4096) {
      n = put(pairs, n, Frames.SETTING_HEADER_TABLE_SIZE, settings().options().hpackTableSize());
    }
    if (settings().options().allowConnect()) {
      n = put(pairs, n, Frames.SETTING_ENABLE_CONNECT_PROTOCOL, 1);
    }
    out.settings(pairs, n);
  }

  private static int put(int[] pairs, int n, int name, int value) {
    pairs[n] = name;
    pairs[n + 1] = value;
    return n + 2;
  }

  private int maxStreams() {
    return settings().options().maxConcurrentStreams();
  }

  @Override
  boolean readPreface(ByteBuf in) {
    while (prefaceRead < Frames.PREFACE.length && in.isReadable()) {
      if (in.readByte() != Frames.PREFACE[prefaceRead++]) {
        fail(H2Code.PROTOCOL_ERROR, "http2.preface");
        return false;
      }
    }
    return prefaceRead == Frames.PREFACE.length;
  }

  @Override
  boolean onOwnSetting(int name, long value) {
    return switch (name) {
      case Frames.SETTING_ENABLE_PUSH, Frames.SETTING_ENABLE_CONNECT_PROTOCOL -> value <= 1;
      default -> true;
    };
  }

  // ---- requests in

  @Override
  void onHeaders(int id, byte[] block, int length, boolean endStream, boolean dependsOnItself) {
    H2Stream open = streams().get(id);
    if (open != null) {
      trailers().take(open, block, length, endStream);
      return;
    }
    if ((id & 1) == 0) {
      fail(H2Code.PROTOCOL_ERROR, "http2.even_stream");
      return;
    }
    if (id <= lastStream) {
      if (decodeAway(block, length)) {
        if (id == lastStream || resets().find(id) != ResetMemory.NOT_RESET) {
          onFrameOfClosed(id, "http2.headers_on_closed_stream");
        } else {
          fail(H2Code.PROTOCOL_ERROR, "http2.stream_number");
        }
      }
      return;
    }
    RequestHead head = takeHead();
    fields.begin(head);
    if (!fieldDecoder().decode(block, 0, length, fields)) {
      fail(H2Code.COMPRESSION_ERROR, "http2.compression");
      return;
    }
    lastStream = id;
    if (lastSaid) {
      giveBack(head); // behind GOAWAY: the client knows that it was not served
      return;
    }
    if (streams().size() >= maxStreams()) {
      giveBack(head);
      meters().refusedStreams.add();
      refuse(id, H2Code.REFUSED_STREAM);
      spendReset(); // to open more than is allowed provokes them as well
      return;
    }
    ProxyError wrong = fields.end(endStream);
    if (dependsOnItself) {
      giveBack(head);
      streamError(id, H2Code.PROTOCOL_ERROR, "http2.self_dependency");
    } else if (fields.flaw != null) {
      giveBack(head);
      onFlaw(id, fields.flaw);
    } else if (wrong != null) {
      giveBack(head);
      answer(id, wrong, endStream);
    } else {
      open(id, head, length, endStream);
    }
  }

  private void open(int id, RequestHead head, int length, boolean endStream) {
    H2ServerStream stream =
        new H2ServerStream(
            this, id, head, windows().peerStreamWindow(), settings().options().windows().stream());
    stream.addReceived(length + Frames.HEADER_BYTES);
    stream.expect(head.asksForTunnel() ? -1 : fields.contentLength);
    if (idleNanos() > 0) {
      keepalive().onStreamAfter(idleNanos());
    }
    if (head.asksForTunnel()) {
      stream.closeGate();
    }
    add(stream);
    RequestReceiver receiver = acceptor.newStream(stream);
    stream.receiver(receiver);
    if (endStream) {
      stream.markRemoteEnded();
      stream.markDelivered();
    }
    receiver.onHead(head, endStream);
  }

  private long idleNanos() {
    return streams().size() == 0 ? nanoTime() - idleSince() : 0;
  }

  private boolean decodeAway(byte[] block, int length) {
    RequestHead head = takeHead();
    fields.begin(head);
    boolean good = fieldDecoder().decode(block, 0, length, fields);
    giveBack(head);
    if (!good) {
      fail(H2Code.COMPRESSION_ERROR, "http2.compression");
    }
    return good;
  }

  /** Only its own client waits when it fills the window of its connection. */
  @Override
  long mostHeldBytes() {
    return 0;
  }

  @Override
  boolean mayHaveBody(H2Stream stream) {
    return true;
  }

  @Override
  boolean isIdle(int id) {
    return (id & 1) == 0 || id > lastStream;
  }

  // ---- what is wrong

  private void onFlaw(int id, String details) {
    meters().messagingErrors.add();
    if (settings().options().streamErrors()) {
      acceptor.onProtocolError(info, protocolError(details), 0);
      streamError(id, H2Code.PROTOCOL_ERROR, details);
    } else {
      fail(H2Code.PROTOCOL_ERROR, details);
    }
  }

  private void refuse(int id, int code) {
    out().reset(id, code);
    resets().add(id, false);
  }

  /** No stream opens: answers here, and asks for no more of the request. */
  private void answer(int id, ProxyError error, boolean endStream) {
    ErrorOutcome outcome = ErrorOutcome.of(error);
    byte[] text = outcome.body().getBytes(US_ASCII);
    ByteBuf out = out().beginHead();
    fieldEncoder().begin(out);
    fieldEncoder().status(out, outcome.status());
    fieldEncoder().contentLength(out, text.length);
    fieldEncoder().field(out, CONTENT_TYPE, TEXT_PLAIN, 0, TEXT_PLAIN.length);
    boolean room =
        text.length > 0
            && text.length <= Math.min(windows().sendWindow(), windows().peerStreamWindow());
    out().endHead(id, !room);
    if (room) {
      windows().wroteData(text.length);
      out().data(id, Unpooled.wrappedBuffer(text), true);
    }
    if (!endStream) {
      refuse(id, H2Code.NO_ERROR);
    }
    acceptor.onProtocolError(info, error, outcome.status());
    spendReset();
  }

  @Override
  ProxyError closedError() {
    return ProxyError.of(ErrorKind.DOWNSTREAM_CLOSED);
  }

  @Override
  ProxyError protocolError(String details) {
    return ProxyError.of(ErrorKind.BAD_REQUEST, details);
  }

  @Override
  ProxyError resetError(H2Stream stream, int code) {
    return code == H2Code.REFUSED_STREAM
        ? ProxyError.of(ErrorKind.DOWNSTREAM_RESET, "http2.remote_refuse")
        : ProxyError.of(ErrorKind.DOWNSTREAM_RESET);
  }

  @Override
  void onFailure(String details) {
    acceptor.onProtocolError(info, protocolError(details), 0);
  }

  @Override
  void onHeadTimeout() {
    acceptor.onProtocolError(info, ProxyError.of(ErrorKind.REQUEST_HEADER_TIMEOUT), 0);
    giveUp(H2Code.ENHANCE_YOUR_CALM, "request_header_timeout");
  }

  // ---- the end of streams

  @Override
  void onLocalEnd(H2Stream stream) {
    H2ServerStream ended = (H2ServerStream) stream;
    if (ended.isTunnel() && !(ended.remoteEnded() && ended.isDelivered())) {
      return;
    }
    if (ended.remoteEnded()) {
      remove(ended);
    } else {
      resetStream(ended, H2Code.NO_ERROR); // the rest of the request is not wanted (§8.1)
    }
    ended.deliverEnd();
  }

  @Override
  void onStreamOver(H2Stream stream) {
    if (lastSaid && streams().size() == 0) {
      closeAfterFlush();
    }
  }

  private RequestHead takeHead() {
    RequestHead head = heads.pollLast();
    return head == null ? new RequestHead() : head;
  }

  private void giveBack(RequestHead head) {
    if (heads.size() < KEPT_HEADS) {
      head.clear();
      heads.addLast(head);
    }
  }

  /** A stream's receiver has had its last call: its head may serve another. */
  void recycle(H2ServerStream stream) {
    giveBack(stream.head);
  }

  ByteBuf empty() {
    return Unpooled.EMPTY_BUFFER;
  }

  // ---- the end

  @Override
  int lastPeerStream() {
    return lastStream;
  }

  @Override
  public void announceDrain() {
    if (!announced && isOpen()) {
      announced = true;
      meters().goawaysSent.add();
      out().goAway(Integer.MAX_VALUE, H2Code.NO_ERROR);
    }
  }

  @Override
  public void drain() {
    if (draining || !isOpen()) {
      return;
    }
    draining = true;
    announceDrain();
    out().ping(DRAIN_PING, false);
    LoopDeadlines.of(eventLoop()).arm(drainDeadline, DRAIN_PING_NANOS);
  }

  @Override
  void onOtherPingAnswer(long payload) {
    if (payload == DRAIN_PING && draining) {
      sayLast();
    }
  }

  private void sayLast() {
    if (!lastSaid && isOpen()) {
      lastSaid = true;
      LoopDeadlines.of(eventLoop()).disarm(drainDeadline);
      out().goAway(lastStream, H2Code.NO_ERROR);
      if (streams().size() == 0) {
        closeAfterFlush();
      }
    }
  }

  @Override
  void onGoAway(int lastStreamId, int code) {
    drain();
  }

  @Override
  void onClosed() {
    LoopDeadlines.of(eventLoop()).disarm(drainDeadline);
    acceptor.onConnectionClosed();
  }
}
