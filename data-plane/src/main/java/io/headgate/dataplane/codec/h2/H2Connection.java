package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.codec.h2.hpack.HpackDecoder;
import io.headgate.dataplane.codec.h2.hpack.HpackEncoder;
import io.headgate.dataplane.http.Deadline;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.observe.Counter;
import io.headgate.xds.model.http.Http2Options;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of an HTTP/2 connection share: SETTINGS, PING, windows, the states of streams and
 * what is done about errors.
 *
 * <p><i>Spec:</i> RFC 9113. <b>Thread:</b> the connection's event loop.
 */
abstract class H2Connection extends H2Channel {
  private static final long SETTINGS_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final H2Settings settings;
  private final Budgets budgets;
  private final FrameDecoder frames;
  private final HpackDecoder fieldDecoder = new HpackDecoder();
  private final HpackEncoder fieldEncoder;
  private final StreamTable streams = new StreamTable();
  private final ResetMemory resets = new ResetMemory();
  private final Sender sender = new Sender(this);
  private final Keepalive keepalive;
  private final Deadline settingsDeadline =
      new Deadline() {
        @Override
        protected void onExpired() {
          meters().settingsTimeouts.add();
          fail(H2Code.SETTINGS_TIMEOUT, "http2.settings_timeout");
          out().flushNow();
        }
      };
  private final Deadline headDeadline =
      new Deadline() {
        @Override
        protected void onExpired() {
          onHeadTimeout();
        }
      };

  private final ConnectionWindows windows;
  private final IncomingTrailers trailers;
  private long idleSince;

  H2Connection(H2Settings settings) {
    this.settings = settings;
    Http2Options options = settings.options();
    this.budgets = new Budgets(options.floods(), settings.meters());
    this.frames = new FrameDecoder(this, budgets, settings.maxHeadBytes());
    this.fieldEncoder = new HpackEncoder(options.hpackTableSize());
    this.keepalive = new Keepalive(this, options.keepalive());
    this.windows =
        new ConnectionWindows(this, options.windows().connection(), options.windows().stream());
    this.trailers = new IncomingTrailers(this);
    fieldDecoder.allow(Math.max(4096, options.hpackTableSize()));
  }

  // ---- what the sides do differently

  /** Writes the preface and SETTINGS. */
  abstract void begin(FrameWriter out);

  /** Reads what comes before the frames; returns whether it is complete. */
  abstract boolean readPreface(ByteBuf in);

  /** A whole header block arrived; it must be decoded in any case. */
  abstract void onHeaders(
      int id, byte[] block, int length, boolean endStream, boolean dependsOnItself);

  /** A setting that only one side heeds; returns whether its value is a legal one. */
  abstract boolean onOwnSetting(int name, long value);

  /** The peer takes no further streams. */
  abstract void onGoAway(int lastStreamId, int code);

  /** Returns whether a stream of that number has never been opened. */
  abstract boolean isIdle(int id);

  /** The peer answered a ping that was not a keep-alive. */
  abstract void onOtherPingAnswer(long payload);

  /** Why streams fail when the connection breaks off. */
  abstract ProxyError closedError();

  /** Why a stream fails when its peer breaks the protocol. */
  abstract ProxyError protocolError(String details);

  /** Why a stream fails when its peer resets it. */
  abstract ProxyError resetError(H2Stream stream, int code);

  /** The last stream number that the peer opened. */
  abstract int lastPeerStream();

  /** A stream is over, cleanly or not. */
  abstract void onStreamOver(H2Stream stream);

  /** This direction of a stream has ended; the other may have. */
  abstract void onLocalEnd(H2Stream stream);

  /** The connection is being given up after an error of the peer. */
  abstract void onFailure(String details);

  /** The peer has been told why; from here on the connection is not open. */
  void onGivenUp() {}

  abstract void onClosed();

  abstract void onHeadTimeout();

  // ---- access for the parts

  H2Settings settings() {
    return settings;
  }

  H2Meters meters() {
    return settings.meters();
  }

  Budgets budgets() {
    return budgets;
  }

  StreamTable streams() {
    return streams;
  }

  ResetMemory resets() {
    return resets;
  }

  Sender sender() {
    return sender;
  }

  Keepalive keepalive() {
    return keepalive;
  }

  HpackDecoder fieldDecoder() {
    return fieldDecoder;
  }

  HpackEncoder fieldEncoder() {
    return fieldEncoder;
  }

  ConnectionWindows windows() {
    return windows;
  }

  IncomingTrailers trailers() {
    return trailers;
  }

  /** Returns since when no stream is open. */
  long idleSince() {
    return idleSince;
  }

  // ---- the channel

  @Override
  FrameWriter newWriter(ChannelHandlerContext ctx) {
    return new FrameWriter(ctx, settings.options().floods(), settings.meters(), sender::run);
  }

  @Override
  void onStart() {
    idleSince = nanoTime();
    begin(out());
    windows.begin();
    deadlines().arm(settingsDeadline, SETTINGS_NANOS);
    keepalive.start();
  }

  @Override
  void decodeFrames(ByteBuf in) {
    if (readPreface(in)) {
      while (isOpen() && frames.next(in)) {
        checkOutput();
      }
    }
    checkOutput();
  }

  private void checkOutput() {
    Counter exceeded = isOpen() ? out().overflow() : null;
    if (exceeded != null) {
      calm(exceeded);
    }
  }

  /** The clock of a head that does not end runs while a block is open or a frame is cut off. */
  @Override
  void onDecoded(boolean cutOff) {
    boolean slow = cutOff || frames.isInsideBlock();
    if (slow && settings.headNanos() > 0 && !headDeadline.isArmed()) {
      deadlines().arm(headDeadline, settings.headNanos());
    } else if (!slow && headDeadline.isArmed()) {
      deadlines().disarm(headDeadline);
    }
  }

  @Override
  void onWritable() {
    if (!sender.isIdle()) {
      out().flushLater();
    }
  }

  @Override
  void stopClocks() {
    deadlines().disarm(settingsDeadline);
    deadlines().disarm(headDeadline);
    keepalive.stop();
  }

  @Override
  void onInactive() {
    endStreams(closedError());
    out().die();
    onClosed();
  }

  // ---- settings, ping

  void onSetting(int name, long value) {
    switch (name) {
      case Frames.SETTING_HEADER_TABLE_SIZE -> fieldEncoder.peerLimit(value);
      case Frames.SETTING_INITIAL_WINDOW_SIZE -> {
        if (value > Integer.MAX_VALUE) {
          fail(H2Code.FLOW_CONTROL_ERROR, "http2.initial_window");
        } else {
          windows.peerStreamWindow((int) value);
        }
      }
      case Frames.SETTING_MAX_FRAME_SIZE -> {
        if (value < Frames.MAX_PAYLOAD || value > 0xffffff) {
          fail(H2Code.PROTOCOL_ERROR, "http2.max_frame_size");
        } else {
          out().maxPayload((int) value);
        }
      }
      default -> {
        if (!onOwnSetting(name, value)) {
          fail(H2Code.PROTOCOL_ERROR, "http2.settings");
        }
      }
    }
  }

  /** All settings of a frame are read. */
  void onSettingsEnd() {
    if (windows.adaptStreams()) {
      out().settingsAck();
    } else {
      fail(H2Code.FLOW_CONTROL_ERROR, "http2.window_overflow");
    }
  }

  void onSettingsAck() {
    deadlines().disarm(settingsDeadline);
    fieldDecoder.allow(settings.options().hpackTableSize());
  }

  void onPing(long payload, boolean answer) {
    if (!answer) {
      out().ping(payload, true);
    } else {
      keepalive.onAnswer(payload);
      onOtherPingAnswer(payload);
    }
  }

  void onKeepaliveTimeout() {
    meters().keepaliveTimeouts.add();
    close();
  }

  // ---- windows

  void onWindowUpdate(int id, int increment) {
    if (id == 0) {
      if (increment == 0) {
        fail(H2Code.PROTOCOL_ERROR, "http2.window_update_of_0");
      } else if (!windows.grow(increment)) {
        fail(H2Code.FLOW_CONTROL_ERROR, "http2.window_overflow");
      }
      return;
    }
    H2Stream stream = streams.get(id);
    if (stream == null) {
      if (isIdle(id)) {
        fail(H2Code.PROTOCOL_ERROR, "http2.window_update_of_idle_stream");
      }
    } else if (increment == 0) {
      streamError(id, H2Code.PROTOCOL_ERROR, "http2.window_update_of_0");
    } else if (!stream.growSendWindow(increment)) {
      streamError(id, H2Code.FLOW_CONTROL_ERROR, "http2.window_overflow");
    }
  }

  /**
   * How many bytes may wait in paused streams without using up the connection's window, so that a
   * receiver that does not read stops no other stream. Their own windows bound them then.
   */
  abstract long mostHeldBytes();

  // ---- frames of streams

  /**
   * A DATA frame begins.
   *
   * @return its stream, or null when it is to be ignored
   */
  @Nullable H2Stream onDataBegins(int id, int flowBytes, int content, boolean endStream) {
    if (!windows.take(flowBytes)) {
      fail(H2Code.FLOW_CONTROL_ERROR, "http2.connection_window");
      return null;
    }
    H2Stream stream = streams.get(id);
    if (stream == null) {
      onFrameOfClosed(id, "http2.data_on_closed_stream");
      if (isOpen()) {
        windows.credit(null, content);
      }
      return null;
    }
    if (stream.remoteEnded()) {
      streamError(id, H2Code.STREAM_CLOSED, "http2.data_after_end");
    } else if (!stream.takeWindow(flowBytes)) {
      streamError(id, H2Code.FLOW_CONTROL_ERROR, "http2.stream_window");
    } else if (!mayHaveBody(stream) || !stream.fitsPromise(content, endStream)) {
      malformed(stream, "http2.content_length_mismatch");
    }
    return stream;
  }

  /** Returns whether the message's head has come, so that its body may. */
  abstract boolean mayHaveBody(H2Stream stream);

  void onData(H2Stream stream, ByteBuf data, boolean endStream) {
    if (stream.isOver()) {
      windows.drop(data);
      return;
    }
    if (endStream) {
      stream.markRemoteEnded();
    }
    stream.receive(data, endStream);
    if (endStream) {
      closeIfEnded(stream);
    }
  }

  /** A frame came for a stream that is not open: idle, reset, or ended long ago. */
  void onFrameOfClosed(int id, String details) {
    if (isIdle(id)) {
      fail(H2Code.PROTOCOL_ERROR, details);
      return;
    }
    switch (resets.find(id)) {
      case ResetMemory.BY_US -> {}
      case ResetMemory.BY_PEER -> {
        out().reset(id, H2Code.STREAM_CLOSED);
        spendReset();
      }
      default -> fail(H2Code.STREAM_CLOSED, details);
    }
  }

  void onReset(int id, int code) {
    H2Stream stream = streams.get(id);
    if (stream == null) {
      if (isIdle(id)) {
        fail(H2Code.PROTOCOL_ERROR, "http2.reset_of_idle_stream");
      }
      return;
    }
    meters().resetsReceived.add();
    resets.add(id, true);
    ProxyError why = resetError(stream, code);
    remove(stream);
    stream.deliverReset(why);
    spendReset();
  }

  /** The peer broke the protocol within one stream. */
  void streamError(int id, int code, String details) {
    if (isIdle(id)) {
      fail(code, details);
      return;
    }
    H2Stream stream = streams.get(id);
    if (stream != null) {
      resetStream(stream, code);
      stream.deliverReset(protocolError(details));
    } else {
      out().reset(id, code);
      if (resets.find(id) == ResetMemory.NOT_RESET) {
        resets.add(id, false); // what follows may be on its way already
      }
    }
    spendReset();
  }

  /** A message breaks the rules of HTTP (RFC 9113 §8.1.1). */
  void malformed(H2Stream stream, String details) {
    meters().messagingErrors.add();
    if (settings.options().streamErrors()) {
      streamError(stream.id(), H2Code.PROTOCOL_ERROR, details);
    } else {
      fail(H2Code.PROTOCOL_ERROR, details);
    }
  }

  void spendReset() {
    Counter exceeded = isOpen() ? budgets.reset(nanoTime()) : null;
    if (exceeded != null) {
      calm(exceeded);
    }
  }

  /** Sends RST_STREAM and forgets the stream; its receiver is not told. */
  void resetStream(H2Stream stream, int code) {
    if (!stream.isOver()) {
      out().reset(stream.id(), code);
      resets.add(stream.id(), false);
      remove(stream);
    }
  }

  /** Both directions have ended: the stream is over. */
  void closeIfEnded(H2Stream stream) {
    if (stream.remoteEnded() && stream.localEnded() && !stream.isOver()) {
      boolean told = stream.isDelivered();
      if (told) {
        remove(stream);
        stream.deliverEnd();
      }
    }
  }

  void add(H2Stream stream) {
    streams.put(stream);
    budgets.streamOpened();
    meters().streamsActive.add();
  }

  void remove(H2Stream stream) {
    stream.end();
    streams.remove(stream);
    meters().streamsActive.sub();
    if (streams.size() == 0) {
      idleSince = nanoTime();
    }
    onStreamOver(stream);
  }

  void writeTrailers(StreamOutput stream, HeaderBlock trailers) {
    meters().trailers.add();
    long before = out().bytes();
    ByteBuf head = out().beginHead();
    fieldEncoder.begin(head);
    fieldEncoder.fields(head, trailers);
    out().endHead(stream.id(), true);
    stream.addSent(out().bytes() - before);
  }

  // ---- the end

  /** A budget is used up. */
  void calm(Counter counter) {
    if (isOpen()) {
      counter.add();
      fail(H2Code.ENHANCE_YOUR_CALM, "http2.flood");
    }
  }

  /** The peer broke the connection: says why, ends all streams, and closes. */
  void fail(int code, String details) {
    if (!isOpen()) {
      return;
    }
    meters().protocolErrors.add();
    onFailure(details);
    giveUp(code, details);
  }

  /** Says why, ends all streams, and closes; whoever calls has counted it. */
  void giveUp(int code, String details) {
    if (!isOpen()) {
      return;
    }
    meters().goawaysSent.add();
    out().goAway(lastPeerStream(), code);
    stopReading();
    onGivenUp();
    endStreams(protocolError(details));
    linger();
  }

  private void endStreams(ProxyError why) {
    sender.clear();
    for (H2Stream stream : streams.all()) {
      if (!stream.isOver()) {
        remove(stream);
        stream.deliverReset(why);
      }
    }
  }
}
