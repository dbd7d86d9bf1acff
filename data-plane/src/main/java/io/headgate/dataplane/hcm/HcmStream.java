package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer, from the head to the access log. Pinned to the generation that was in
 * force when it started.
 *
 * <pre>
 *   codec ─▶ hygiene ─▶ route ─▶ request walk ─▶ terminal filter
 *   codec ◀─ hygiene ◀───────── response walk ◀─ terminal filter or local reply
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class HcmStream implements RequestReceiver, TerminalStream {
  private static final Logger LOG = LoggerFactory.getLogger(HcmStream.class);

  private final HcmConnection connection;
  private final HcmGeneration generation;
  private final ServerStream codec;
  private final ClientSide client;
  private final StreamInfo info;
  private final StreamTimers timers;
  private final @Nullable LocalReply refusal;
  private final TunnelGate tunnel;

  private RequestHead requestHead = NoHead.REQUEST;
  private @Nullable HeaderBlock requestTrailers;
  private @Nullable ResponseHead responseHead;
  private @Nullable HeaderBlock responseTrailers;
  private @Nullable StreamRoute route;
  private @Nullable TerminalFilter terminal;
  private Walk requestWalk;
  private Walk responseWalk;
  private boolean requestEnded;
  private boolean answerStarted;
  private boolean local;
  private boolean over;

  HcmStream(
      HcmConnection connection,
      HcmGeneration generation,
      ServerStream codec,
      StreamInfo info,
      @Nullable LocalReply refusal) {
    this.connection = connection;
    this.generation = generation;
    this.codec = codec;
    this.client = new ClientSide(connection, generation.settings(), codec, info);
    this.info = info;
    this.refusal = refusal;
    this.requestWalk =
        new RequestWalk(this, FilterChain.NO_FILTERS, generation.settings().limits().buffer());
    this.responseWalk =
        new ResponseWalk(this, FilterChain.NO_FILTERS, generation.settings().limits().buffer());
    this.tunnel = new TunnelGate(generation.settings());
    this.timers = new StreamTimers(this, codec.eventLoop(), generation.settings());
  }

  // ---- from the codec

  @Override
  public void onHead(RequestHead head, boolean endStream) {
    requestHead = head;
    info.protocol = head.protocol();
    if (endStream) {
      requestEnds();
    }
    try {
      start(head, endStream);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void start(RequestHead head, boolean endStream) {
    if (refusal != null) {
      localReply(refusal);
      return;
    }
    HcmSettings settings = generation.settings();
    LocalReply refused = RequestHygiene.apply(head, connection.info(), settings, info);
    if (refused == null) {
      refused = Expectations.check(head, codec, settings.rules().protocols().proxy100Continue());
    }
    if (refused != null) {
      settings.meters().refused(refused);
      if (refused.status() == 400) {
        client.drain(); // who sends such paths is not talked to any longer
      }
      localReply(refused);
      return;
    }
    findRoute();
    long life = StreamLife.nanos(head.headers(), route, settings.timeouts().maxStream());
    timers.start(info.startNanos, route, endStream, life);
    buildFilters();
    refused = tunnel.judge(head, route);
    if (refused != null) {
      localReply(refused);
      return;
    }
    requestWalk.head(endStream);
  }

  /** Matches the head as it is now. */
  void findRoute() {
    StreamRoute found = generation.routes().find(requestHead, ThreadLocalRandom.current());
    route = found;
    info.routeName = found == null ? null : found.name();
    info.virtualHostName = found == null ? null : found.virtualHost();
  }

  private void buildFilters() {
    FilterChain chain = generation.filters();
    StreamFilter[] filters = chain.newFilters(this);
    if (filters.length > 0) {
      requestWalk = new RequestWalk(this, filters, bufferLimit());
      responseWalk = new ResponseWalk(this, filters, bufferLimit());
    }
    TerminalFilter last = chain.terminal().newStream();
    terminal = last;
    last.attach(this);
  }

  @Override
  public void onData(ByteBuf data, boolean endStream) {
    timers.touch();
    info.bytesReceived += data.readableBytes();
    if (endStream) {
      requestEnds();
    }
    if (requestWalk.isStopped()) {
      data.release();
      return;
    }
    try {
      requestWalk.data(data, endStream);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void onTrailers(HeaderBlock trailers) {
    timers.touch();
    requestTrailers = trailers;
    requestEnds();
    try {
      requestWalk.trailers(trailers);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void requestEnds() {
    requestEnded = true;
    info.requestCompleteNanos = connection.nanoTime();
    timers.requestComplete();
  }

  @Override
  public void onReset(ProxyError error, boolean canAnswer) {
    ErrorOutcome outcome = ErrorOutcome.of(error);
    if (canAnswer && !answerStarted) {
      requestWalk.stop();
      localReply(LocalReply.of(error));
      return;
    }
    StreamRecord.note(info, outcome);
    if (canAnswer) {
      client.reset(error); // an answer is on its way through the filters; it is not wanted any more
    }
    if (error.kind() == ErrorKind.DOWNSTREAM_RESET || error.kind() == ErrorKind.DOWNSTREAM_CLOSED) {
      generation.settings().meters().requestResets.add();
      connection.brokenOff |= error.kind() == ErrorKind.DOWNSTREAM_CLOSED;
    }
    finish();
  }

  @Override
  public void onWritabilityChanged(boolean writable) {
    client.writable(writable);
    tellTerminal();
  }

  @Override
  public void onComplete() {
    finish();
  }

  // ---- the filters

  Walk requestWalk() {
    return requestWalk;
  }

  Walk responseWalk() {
    return responseWalk;
  }

  RequestHead requestHead() {
    return requestHead;
  }

  @Nullable ResponseHead responseHead() {
    return responseHead;
  }

  @Nullable HeaderBlock requestTrailers() {
    return requestTrailers;
  }

  void resumeRequestWalk(int index) {
    try {
      requestWalk.resume(index);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  void resumeResponseWalk(int index) {
    try {
      responseWalk.resume(index);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** A filter threw: the stream ends with 500. */
  private void failed(RuntimeException cause) {
    LOG.warn("a filter failed, its stream ends with 500", cause);
    fail(ProxyError.of(ErrorKind.INTERNAL, "filter_exception", cause));
  }

  // ---- the terminal filter's side

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
    for (int i = responseWalk.filters.length - 1; i >= 0; i--) {
      responseWalk.filters[i].onInformational(head);
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
      responseWalk.head(endStream);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void respondData(ByteBuf data, boolean endStream) {
    if (over || local || responseWalk.isStopped()) {
      data.release();
      return;
    }
    timers.touch();
    try {
      responseWalk.data(data, endStream);
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
      responseWalk.trailers(trailers);
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
    requestWalk.stop();
    if (client.headSent() || local) {
      reset(ProxyError.of(ErrorKind.LOCAL_RESET));
      return;
    }
    local = true;
    boolean direct = answerStarted;
    answerStarted = true;
    responseWalk.stop();
    Walk answer =
        direct || terminal == null
            ? new ResponseWalk(this, FilterChain.NO_FILTERS, bufferLimit())
            : freshWalk();
    responseWalk = answer;
    ResponseHead head = LocalReplies.head(reply, requestHead);
    responseHead = head;
    StreamRoute at = route;
    if (at != null) {
      at.finishLocalReply(requestHead, head, info);
    }
    if (!requestEnded && requestHead.protocol() != Protocol.HTTP_2) {
      client.drain(); // the rest of the request will not be read
    }
    stopTerminal();
    ByteBuf body = LocalReplies.body(reply, requestHead);
    answer.head(!body.isReadable());
    if (body.isReadable()) {
      answer.data(body, true);
    } else {
      body.release();
    }
  }

  private Walk freshWalk() {
    return new ResponseWalk(this, requestWalk.filters, bufferLimit());
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
  public boolean isResponseWritable() {
    return client.isWritable();
  }

  private void tellTerminal() {
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

  ClientSide client() {
    return client;
  }

  // ---- the end

  private void stopTerminal() {
    TerminalFilter last = terminal;
    terminal = null;
    if (last != null) {
      last.onDestroy();
    }
  }

  /** The stream is over, whichever way: everything is let go, then it is counted and logged. */
  private void finish() {
    if (over) {
      return;
    }
    over = true;
    if (client.hasEnded() && !requestEnded) {
      generation.settings().meters().answeredEarly.add();
    }
    client.close();
    timers.stop();
    tunnel.close();
    requestWalk.stop();
    responseWalk.stop();
    stopTerminal();
    for (StreamFilter filter : requestWalk.filters) {
      filter.onDestroy();
    }
    info.endNanos = connection.nanoTime();
    StreamRecord.close(info, generation.settings(), requestHead, responseHead, responseTrailers);
    connection.onStreamOver();
  }
}
