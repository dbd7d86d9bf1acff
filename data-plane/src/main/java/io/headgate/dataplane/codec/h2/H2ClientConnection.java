package io.headgate.dataplane.codec.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.codec.h2.hpack.HpackEncoder;
import io.headgate.dataplane.http.ClientConnection;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ResponseReceiver;
import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.http.Http2Options;
import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An upstream HTTP/2 connection: as many exchanges at a time as the peer and the config allow.
 *
 * <p>GOAWAY takes it out of use: streams behind the last that the peer names were not looked at and
 * are reset as safe to try again; the others go on, and the connection closes when they have ended.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class H2ClientConnection extends H2Connection implements ClientConnection {
  private static final byte[] METHOD = HpackEncoder.name(":method");
  private static final byte[] SCHEME = HpackEncoder.name(":scheme");
  private static final byte[] AUTHORITY = HpackEncoder.name(":authority");
  private static final byte[] PATH = HpackEncoder.name(":path");
  private static final byte[] PROTOCOL = HpackEncoder.name(":protocol");
  private static final byte[] HTTP = HpackEncoder.name("http");
  private static final byte[] HTTPS = HpackEncoder.name("https");

  /** The peer did not look at a stream. */
  private static final ProxyError REFUSED =
      ProxyError.of(ErrorKind.UPSTREAM_REFUSED_STREAM).asRetriable();

  /** Numbers of streams end here; the connection is retired before. */
  private static final int LAST_NUMBER = Integer.MAX_VALUE - 2;

  /** What paused streams may hold beside the window of the connection, at most: 64 MiB. */
  private static final long MOST_HELD_BYTES = 64L << 20;

  private final Listener listener;
  private final ResponseFields fields;
  private int nextStream = 1;
  private int unopened;
  private long peerMaxStreams = Long.MAX_VALUE;
  private boolean settingsSeen;
  private boolean peerTakesTunnels;
  private boolean draining;
  private boolean closing;
  private boolean failed;

  /**
   * Makes the handler of one connected channel; it works from the moment it is added to the
   * pipeline.
   *
   * @param listener told about free streams and the end, usually a pool
   */
  public H2ClientConnection(H2Settings settings, Listener listener) {
    super(settings);
    this.listener = listener;
    this.fields = new ResponseFields(settings);
  }

  // ---- the connection

  @Override
  public SocketAddress remote() {
    return ctx().channel().remoteAddress();
  }

  @Override
  public SocketAddress local() {
    return ctx().channel().localAddress();
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP_2;
  }

  @Override
  public int availableStreams() {
    if (draining || !isOpen()) {
      return 0;
    }
    long most = Math.min(settings().options().maxConcurrentStreams(), peerMaxStreams);
    return (int) Math.max(0, most - activeStreams());
  }

  @Override
  public int activeStreams() {
    return streams().size() + unopened;
  }

  @Override
  public ClientStream newStream(ResponseReceiver receiver) {
    if (availableStreams() == 0) {
      throw new IllegalStateException("the connection takes no stream");
    }
    if (activeStreams() == 0) {
      keepalive().onStreamAfter(nanoTime() - idleSince());
    }
    unopened++;
    return new H2ClientStream(this, receiver);
  }

  @Override
  public void close() {
    closing = true;
    super.close();
  }

  @Override
  public boolean isClosedByUs() {
    return closing || failed;
  }

  /** The peer is gone, whoever closes. */
  @Override
  void onKeepaliveTimeout() {
    meters().keepaliveTimeouts.add();
    failed = true;
    super.close();
  }

  @Override
  public void drain() {
    draining = true;
    closeIfDone();
  }

  private void closeIfDone() {
    if (draining && activeStreams() == 0 && isOpen()) {
      closing = true;
      out().goAway(0, H2Code.NO_ERROR);
      closeAfterFlush();
    }
  }

  // ---- begin

  @Override
  void begin(FrameWriter out) {
    out.preface();
    int[] pairs = {
      Frames.SETTING_ENABLE_PUSH, 0,
      Frames.SETTING_MAX_HEADER_LIST_SIZE, settings().maxHeadBytes(),
      Frames.SETTING_INITIAL_WINDOW_SIZE, settings().options().windows().stream(),
      Frames.SETTING_HEADER_TABLE_SIZE, settings().options().hpackTableSize()
    };
    out.settings(pairs, pairs.length);
  }

  @Override
  boolean readPreface(ByteBuf in) {
    return true;
  }

  @Override
  boolean onOwnSetting(int name, long value) {
    switch (name) {
      case Frames.SETTING_MAX_CONCURRENT_STREAMS -> peerMaxStreams = value;
      case Frames.SETTING_ENABLE_CONNECT_PROTOCOL -> {
        if (value > 1 || (peerTakesTunnels && value == 0)) {
          return false;
        }
        peerTakesTunnels = value == 1;
      }
      case Frames.SETTING_ENABLE_PUSH -> {
        return value == 0;
      }
      default -> {}
    }
    return true;
  }

  @Override
  void onSettingsEnd() {
    super.onSettingsEnd();
    settingsSeen = true;
    if (availableStreams() > 0) {
      listener.onStreamAvailable(this);
    }
  }

  // ---- requests out

  /** Gives a stream its number; returns why it cannot open, or null. */
  @Nullable ProxyError open(H2ClientStream stream, boolean extendedConnect) {
    unopened--;
    if (!isOpen() || nextStream > LAST_NUMBER) {
      return ProxyError.of(ErrorKind.UPSTREAM_CLOSED).asRetriable();
    }
    if (extendedConnect && settingsSeen && !peerTakesTunnels) {
      return ProxyError.of(ErrorKind.UPSTREAM_PROTOCOL_ERROR, "http2.no_extended_connect");
    }
    stream.number(nextStream, windows().peerStreamWindow());
    nextStream += 2;
    add(stream);
    if (nextStream > LAST_NUMBER && !draining) {
      draining = true;
      listener.onDraining(this);
    }
    return null;
  }

  /** A stream was given up before its head. */
  void onNeverOpened() {
    unopened--;
    onStreamFree();
  }

  void writeHead(RequestHead head, int id, boolean endStream) {
    HeaderBlock headers = head.headers();
    String upgrade = head.upgrade();
    boolean plainConnect = upgrade == null && head.method().equals(Method.CONNECT);
    HpackEncoder encoder = fieldEncoder();
    ByteBuf out = out().beginHead();
    encoder.begin(out);
    byte[] method = (upgrade == null ? head.method() : Method.CONNECT).bytes();
    encoder.field(out, METHOD, method, 0, method.length);
    if (!plainConnect) {
      byte[] scheme = head.scheme().equals("https") ? HTTPS : HTTP;
      encoder.field(out, SCHEME, scheme, 0, scheme.length);
      encoder.field(out, PATH, headers.array(), head.pathOffset(), head.pathLength());
    }
    encoder.field(out, AUTHORITY, headers.array(), head.authorityOffset(), head.authorityLength());
    if (upgrade != null) {
      byte[] protocol = upgrade.getBytes(ISO_8859_1);
      encoder.field(out, PROTOCOL, protocol, 0, protocol.length);
    }
    encoder.fields(out, headers);
    out().endHead(id, endStream);
  }

  // ---- responses in

  @Override
  void onHeaders(int id, byte[] block, int length, boolean endStream, boolean dependsOnItself) {
    H2ClientStream stream = (H2ClientStream) streams().get(id);
    if (stream != null && stream.headReceived()) {
      trailers().take(stream, block, length, endStream);
      return;
    }
    ResponseHead head = new ResponseHead();
    fields.begin(head);
    if (!fieldDecoder().decode(block, 0, length, fields)) {
      fail(H2Code.COMPRESSION_ERROR, "http2.compression");
      return;
    }
    if (stream == null) {
      onFrameOfClosed(id, "http2.headers_on_closed_stream");
      return;
    }
    fields.end();
    stream.addReceived(length + Frames.HEADER_BYTES);
    String flaw = fields.flaw;
    if (fields.tooLarge) {
      meters().headerOverflow.add();
      flaw = "http2.too_many_headers";
    }
    if (flaw == null) {
      flaw = stream.receiveHead(head, fields.contentLength, endStream);
    }
    if (flaw != null) {
      malformed(stream, flaw);
    } else if (endStream) {
      closeIfEnded(stream);
    }
  }

  @Override
  boolean mayHaveBody(H2Stream stream) {
    return ((H2ClientStream) stream).headReceived();
  }

  @Override
  boolean isIdle(int id) {
    return (id & 1) == 0 || id >= nextStream;
  }

  // ---- the end of streams

  /** An answer that is complete ends its exchange, also when its request is not. */
  @Override
  void closeIfEnded(H2Stream stream) {
    H2ClientStream ended = (H2ClientStream) stream;
    if (ended.isOver() || !ended.remoteEnded() || !ended.isDelivered()) {
      return;
    }
    if (ended.localEnded()) {
      remove(ended);
    } else if (!ended.isTunnel()) {
      resetStream(ended, H2Code.NO_ERROR);
    }
  }

  @Override
  void onLocalEnd(H2Stream stream) {
    closeIfEnded(stream);
  }

  @Override
  void onStreamOver(H2Stream stream) {
    onStreamFree();
  }

  private void onStreamFree() {
    if (!isOpen()) {
      return;
    }
    if (draining) {
      closeIfDone();
    } else if (availableStreams() > 0) {
      listener.onStreamAvailable(this);
    }
  }

  // ---- what goes wrong

  @Override
  void onGoAway(int lastStreamId, int code) {
    retire();
    for (H2Stream stream : streams().all()) {
      if (stream.id() > lastStreamId && !stream.isOver()) {
        remove(stream);
        stream.deliverReset(REFUSED);
      }
    }
    closeIfDone();
  }

  private void retire() {
    if (!draining) {
      draining = true;
      listener.onDraining(this);
    }
  }

  @Override
  void onOtherPingAnswer(long payload) {}

  @Override
  ProxyError closedError() {
    return ProxyError.of(closing ? ErrorKind.LOCAL_RESET : ErrorKind.UPSTREAM_CLOSED);
  }

  @Override
  ProxyError protocolError(String details) {
    return ProxyError.of(ErrorKind.UPSTREAM_PROTOCOL_ERROR, details);
  }

  @Override
  ProxyError resetError(H2Stream stream, int code) {
    boolean untouched = code == H2Code.REFUSED_STREAM && !((H2ClientStream) stream).headReceived();
    return untouched ? REFUSED : ProxyError.of(ErrorKind.UPSTREAM_RESET);
  }

  @Override
  int lastPeerStream() {
    return 0;
  }

  /** Many clients share the connection: one that does not read must not stop the others. */
  @Override
  long mostHeldBytes() {
    Http2Options options = settings().options();
    return Math.min(
        MOST_HELD_BYTES, (long) options.maxConcurrentStreams() * options.windows().stream());
  }

  /**
   * Each reset costs a request of ours, so a backend that resets too many loses no stream that goes
   * on: the connection is only retired.
   */
  @Override
  void spendReset() {
    Counter exceeded = isOpen() && !draining ? budgets().reset(nanoTime()) : null;
    if (exceeded != null) {
      exceeded.add();
      draining = true;
      listener.onDraining(this);
      closeIfDone();
    }
  }

  @Override
  void onFailure(String details) {
    failed = true;
  }

  /**
   * It lingers until the peer has read why; nobody may open a stream meanwhile. Not earlier: an
   * idle connection that is retired while it is open ends without the reason.
   */
  @Override
  void onGivenUp() {
    retire();
  }

  @Override
  void onHeadTimeout() {
    fail(H2Code.ENHANCE_YOUR_CALM, "http2.slow_head");
  }

  @Override
  void onClosed() {
    listener.onClosed(this);
  }
}
