package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer's side of a stream, as its terminal filter and its filters see it: an upstream's
 * answer, or one of the proxy's own, goes through the response walk to the client, once.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
abstract class AnswerSide implements TerminalStream {
  private static final Logger LOG = LoggerFactory.getLogger(HcmStream.class);

  final HcmConnection connection;
  final HcmGeneration generation;
  final ServerStream codec;
  final ClientSide client;
  final StreamInfo info;
  final StreamTimers timers;
  RequestHead requestHead = NoHead.REQUEST;
  @Nullable ResponseHead responseHead;
  @Nullable HeaderBlock responseTrailers;
  @Nullable StreamRoute route;
  @Nullable TerminalFilter terminal;
  boolean requestEnded;
  boolean answerStarted;
  boolean over;
  private boolean local;

  AnswerSide(
      HcmConnection connection, HcmGeneration generation, ServerStream codec, StreamInfo info) {
    this.connection = connection;
    this.generation = generation;
    this.codec = codec;
    this.client = new ClientSide(connection, generation.settings(), codec, info);
    this.info = info;
    this.timers = new StreamTimers(this, codec.eventLoop(), generation.settings());
  }

  abstract Walk requestWalk();

  abstract Walk responseWalk();

  /** What was on its way to the client is forgotten: another answer walks through these filters. */
  abstract Walk restartResponse(StreamFilter[] filters);

  /** The stream is over, whichever way. */
  abstract void finish();

  @Override
  public EventLoop eventLoop() {
    return codec.eventLoop();
  }

  @Override
  public ConnectionInfo connection() {
    return connection.info();
  }

  @Override
  public StreamInfo info() {
    return info;
  }

  @Override
  public @Nullable StreamRoute route() {
    return route;
  }

  @Override
  public @Nullable Object routeConfig() {
    StreamRoute at = route;
    return at == null ? null : at.overrides().mostSpecific(generation.filters().terminalName());
  }

  @Override
  public void respondInformational(ResponseHead head) {
    boolean forwards100 = generation.settings().rules().protocols().proxy100Continue();
    if (over || answerStarted || (head.status() == 100 && !forwards100)) {
      return; // the proxy answered the expectation itself, so the upstream's 100 is for nobody
    }
    StreamFilter[] filters = responseWalk().filters;
    for (int i = filters.length - 1; i >= 0; i--) {
      filters[i].onInformational(head);
    }
    client.sendInformational(head);
  }

  @Override
  public void respondHead(ResponseHead head, boolean endStream) {
    if (over || answerStarted) {
      return;
    }
    timers.touch();
    if (requestHead.isTunnelAcceptedBy(head.status())) {
      timers.requestComplete();
    }
    answerStarted = true;
    responseHead = head;
    try {
      responseWalk().head(endStream);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void respondData(ByteBuf data, boolean endStream) {
    if (over || local || responseWalk().isStopped()) {
      data.release();
      return;
    }
    timers.touch();
    try {
      responseWalk().data(data, endStream);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void respondTrailers(HeaderBlock trailers) {
    if (over || local) {
      return;
    }
    responseTrailers = trailers;
    try {
      responseWalk().trailers(trailers);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void localReply(LocalReply reply) {
    if (over || client.hasEnded()) {
      return;
    }
    StreamRecord.note(info, reply);
    requestWalk().stop();
    if (client.headSent() || local) {
      reset(ProxyError.of(ErrorKind.LOCAL_RESET));
      return;
    }
    local = true;
    boolean direct = answerStarted;
    answerStarted = true;
    responseWalk().stop();
    Walk answer =
        direct || terminal == null
            ? restartResponse(FilterChain.NO_FILTERS)
            : restartResponse(requestWalk().filters);
    ResponseHead head = LocalReplies.head(reply, requestHead);
    responseHead = head;
    StreamRoute at = route;
    if (at != null) {
      at.finishLocalReply(requestHead, head, info);
    }
    LocalReply sent =
        generation.replies().isEmpty()
            ? reply
            : LocalReplies.rewrite(generation.replies(), reply, requestHead, head, info);
    stopTerminal();
    ByteBuf body = LocalReplies.body(sent, requestHead);
    answer.head(!body.isReadable());
    if (body.isReadable()) {
      answer.data(body, true);
    } else {
      body.release();
    }
  }

  @Override
  public void fail(ProxyError error) {
    if (over) {
      return;
    }
    LocalReply reply = LocalReply.of(error);
    if (client.headSent()) {
      StreamRecord.note(info, reply);
      reset(error);
    } else {
      localReply(reply);
    }
  }

  /** A timer of the stream ran out. */
  void timedOut(ErrorKind kind) {
    if (client.hasEnded()) {
      // All of the answer is with the codec and nobody takes it.
      generation.settings().meters().flushTimeouts.add();
      reset(ProxyError.of(kind));
      return;
    }
    localReply(StreamRecord.timedOut(kind, requestEnded, generation.settings().meters()));
  }

  private void reset(ProxyError error) {
    generation.settings().meters().requestResetsByUs.add();
    client.reset(error);
    finish();
  }

  @Override
  public boolean rewritesLocalReplies() {
    return !generation.replies().isEmpty();
  }

  @Override
  public boolean isResponseWritable() {
    return client.isWritable();
  }

  final void tellTerminal() {
    TerminalFilter to = terminal;
    if (to != null && !over) {
      to.onResponseWritabilityChanged(client.takesMore());
    }
  }

  @Override
  public void pauseRequest() {
    client.pause(ClientSide.PAUSED_BY_TERMINAL);
  }

  @Override
  public void resumeRequest() {
    client.resume(ClientSide.PAUSED_BY_TERMINAL);
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public int bufferLimit() {
    return generation.settings().limits().buffer();
  }

  @Nullable TerminalFilter terminal() {
    return terminal;
  }

  /** The request is larger than a filter may keep. */
  void requestTooLarge() {
    generation.settings().meters().tooLarge.add();
    fail(ProxyError.of(ErrorKind.PAYLOAD_TOO_LARGE));
  }

  /** The answer is larger than a filter may keep. */
  void answerTooLarge() {
    generation.settings().meters().answersTooLarge.add();
    fail(ProxyError.of(ErrorKind.RESPONSE_TOO_LARGE));
  }

  /** Filters keep more of the request than they should, or no longer. */
  void requestOverfull(boolean overfull) {
    if (overfull) {
      client.pause(ClientSide.PAUSED_BY_FILTERS);
    } else {
      client.resume(ClientSide.PAUSED_BY_FILTERS);
    }
  }

  /** Filters keep more of the answer than they should, or no longer. */
  void responseOverfull(boolean overfull) {
    client.walkWritable(!overfull);
    tellTerminal();
  }

  // ---- to the client

  void sendHead(boolean endStream) {
    ResponseHead head = responseHead;
    if (head != null) {
      client.sendHead(head, requestHead, endStream);
    }
  }

  final ClientSide client() {
    return client;
  }

  final RequestHead requestHead() {
    return requestHead;
  }

  final @Nullable ResponseHead responseHead() {
    return responseHead;
  }

  /** A filter threw: the stream ends with 500. */
  final void failed(RuntimeException cause) {
    LOG.warn("a filter failed, its stream ends with 500", cause);
    fail(ProxyError.of(ErrorKind.INTERNAL, "filter_exception", cause));
  }

  final void stopTerminal() {
    TerminalFilter last = terminal;
    terminal = null;
    if (last != null) {
      last.onDestroy();
    }
  }
}
