package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;

/**
 * The client's end of a stream: where its answer goes out, and whose reader pauses when somebody
 * behind cannot take more.
 *
 * <p><b>Thread:</b> the stream's event loop. <b>Ownership:</b> buffers pass to the codec.
 */
final class ClientSide {
  /** Why the reader of the request stands still; it goes on when no reason is left. */
  static final int PAUSED_BY_TERMINAL = 1;

  static final int PAUSED_BY_FILTERS = 2;

  private final HcmConnection connection;
  private final HcmSettings settings;
  private final ServerStream client;
  private final StreamInfo info;
  private boolean headSent;
  private boolean ended;
  private boolean closed;
  private boolean writable = true;
  private boolean walkWritable = true;
  private int pauseReasons;

  ClientSide(HcmConnection connection, HcmSettings settings, ServerStream client, StreamInfo info) {
    this.connection = connection;
    this.settings = settings;
    this.client = client;
    this.info = info;
  }

  // ---- the answer

  void sendInformational(ResponseHead head) {
    client.sendInformational(head);
  }

  void sendHead(ResponseHead head, RequestHead request, boolean endStream) {
    if (closed) {
      return;
    }
    headSent = true;
    info.responseCode = head.status();
    info.responseFirstSentNanos = connection.nanoTime();
    if (info.details() == null) {
      info.details("via_upstream");
    }
    ResponseHygiene.apply(head, request, settings);
    connection.onAnswer(client);
    if (endStream) {
      ends();
    }
    client.sendHead(head, endStream);
  }

  void sendData(ByteBuf data, boolean endStream) {
    if (closed) {
      data.release();
      return;
    }
    info.bytesSent += data.readableBytes();
    if (endStream) {
      ends();
    }
    client.sendData(data, endStream);
  }

  void sendTrailers(HeaderBlock trailers) {
    if (!closed) {
      ends();
      client.sendTrailers(trailers);
    }
  }

  private void ends() {
    ended = true;
    info.responseLastSentNanos = connection.nanoTime();
  }

  /** Returns whether the final head has been sent, so that nothing else can be answered. */
  boolean headSent() {
    return headSent;
  }

  /** Returns whether the answer has been sent to its end. */
  boolean hasEnded() {
    return ended;
  }

  /** Gives the stream up. */
  void reset(ProxyError error) {
    client.reset(error);
  }

  /** The connection takes no stream after this one. */
  void drain() {
    client.drain();
  }

  /** The stream is over: nothing is sent any more. */
  void close() {
    closed = true;
  }

  // ---- flow

  /** The codec's buffer went above its high or below its low watermark. */
  void writable(boolean now) {
    writable = now;
  }

  /** Filters keep too much of the answer, or no longer. */
  void walkWritable(boolean now) {
    walkWritable = now;
  }

  /** Returns what the terminal filter was last told. */
  boolean takesMore() {
    return writable && walkWritable;
  }

  boolean isWritable() {
    return takesMore() && client.isWritable();
  }

  void pause(int reason) {
    if (pauseReasons == 0) {
      settings.meters().pausedReading.add();
      client.pause();
    }
    pauseReasons |= reason;
  }

  void resume(int reason) {
    int before = pauseReasons;
    pauseReasons &= ~reason;
    if (before != 0 && pauseReasons == 0) {
      settings.meters().resumedReading.add();
      client.resume();
    }
  }
}
