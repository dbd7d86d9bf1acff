package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.RequestReceiver;
import io.headgate.dataplane.http.ServerStream;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.observe.trace.Tracer;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the head to the access log: what the codec says, and the walks
 * through the filters; the answer is the {@link AnswerSide}. Pinned to the generation that was in
 * force when it started.
 *
 * <pre>
 *   codec ─▶ hygiene ─▶ route ─▶ request walk ─▶ terminal filter
 *   codec ◀─ hygiene ◀───────── response walk ◀─ terminal filter or local reply
 * </pre>
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class HcmStream extends AnswerSide implements RequestReceiver {
  private final @Nullable LocalReply refusal;
  private final TunnelGate tunnel;

  private Tracer.@Nullable Span span;
  private @Nullable HeaderBlock requestTrailers;
  private Walk requestWalk;
  private Walk responseWalk;

  HcmStream(
      HcmConnection connection,
      HcmGeneration generation,
      ServerStream codec,
      StreamInfo info,
      @Nullable LocalReply refusal) {
    super(connection, generation, codec, info);
    this.refusal = refusal;
    this.requestWalk =
        new RequestWalk(this, FilterChain.NO_FILTERS, generation.settings().limits().buffer());
    this.responseWalk =
        new ResponseWalk(this, FilterChain.NO_FILTERS, generation.settings().limits().buffer());
    this.tunnel = new TunnelGate(generation.settings());
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
    removeInternalOnly(head);
    Tracer tracer = settings.telemetry().tracer();
    if (tracer != null) {
      span = tracer.start(head, info);
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

  private void removeInternalOnly(RequestHead head) {
    List<HeaderName> names = generation.routes().internalOnlyHeaders();
    if (!names.isEmpty() && !head.headers().contains(HeaderNames.X_ENVOY_INTERNAL)) {
      for (HeaderName name : names) {
        head.headers().remove(name);
      }
    }
  }

  /** Matches the head as it is now. */
  void findRoute() {
    pin(generation.routes().find(requestHead, ThreadLocalRandom.current()));
  }

  private void pin(@Nullable StreamRoute found) {
    route = found;
    info.routeName = found == null ? null : found.name();
    info.virtualHostName = found == null ? null : found.virtualHost();
    info.upstreamCluster = found == null ? null : found.cluster(requestHead);
  }

  @Override
  public boolean restart(Predicate<StreamRoute> targets, ByteBuf body) {
    if (over || answerStarted || !requestEnded || requestTrailers != null) {
      return false;
    }
    StreamRoute before = route;
    findRoute();
    StreamRoute found = route;
    if (found == null || !targets.test(found)) {
      pin(before);
      return false;
    }
    requestWalk.stop();
    responseWalk.stop();
    stopTerminal();
    for (StreamFilter filter : requestWalk.filters) {
      filter.onDestroy();
    }
    requestWalk = new RequestWalk(this, FilterChain.NO_FILTERS, bufferLimit());
    responseWalk = new ResponseWalk(this, FilterChain.NO_FILTERS, bufferLimit());
    buildFilters();
    boolean hasBody = body.isReadable();
    requestWalk.head(!hasBody);
    if (hasBody && !requestWalk.isStopped()) {
      requestWalk.data(body, true);
    } else {
      body.release();
    }
    return true;
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

  @Override
  Walk requestWalk() {
    return requestWalk;
  }

  @Override
  Walk responseWalk() {
    return responseWalk;
  }

  @Override
  Walk restartResponse(StreamFilter[] filters) {
    Walk answer = new ResponseWalk(this, filters, bufferLimit());
    responseWalk = answer;
    return answer;
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

  // ---- the end

  /** The stream is over, whichever way: everything is let go, then it is counted and logged. */
  @Override
  void finish() {
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
    Tracer tracer = generation.settings().telemetry().tracer();
    if (tracer != null && span != null) {
      tracer.finish(span, info, requestHead, responseHead, responseTrailers);
    }
    StreamRecord.close(info, generation.settings(), requestHead, responseHead, responseTrailers);
    connection.onStreamOver();
  }
}
