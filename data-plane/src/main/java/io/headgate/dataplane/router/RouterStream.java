package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteTarget;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a cluster and back.
 *
 * <pre>
 *   head --route--> own answer
 *        --cluster, host--> attempt --usable head--> answering --end--> done
 *                              |  ^
 *                              v  |  failed, a retry is left
 *                            back-off
 *                              |
 *                              +--none left--> error answer
 * </pre>
 *
 * <p>Before the answer's head goes out a failure is retried or answered; afterwards it breaks the
 * stream. The route's timeout runs from the end of the request over all attempts.
 *
 * <p>Thread: confined to the loop.
 */
final class RouterStream extends TerminalFilter implements Deadline.Target {

  private static final Endpoint[] NONE_TRIED = new Endpoint[0];
  private static final String VIA_UPSTREAM = "via_upstream";

  private final RouterFactory factory;
  private final boolean suppressEnvoyHeaders;
  private @Nullable TerminalStream attached;
  private @Nullable RouteEntry route;
  private RouteTarget.@Nullable Forward target;
  private @Nullable LoopCluster cluster;
  private @Nullable RequestHead head;
  private @Nullable RequestBody body;
  private @Nullable HeaderBlock trailers;
  private @Nullable Attempt attempt;
  private @Nullable Retries retries;
  private @Nullable Deadline timeout;
  private @Nullable ScheduledFuture<?> backOff;
  private boolean requestEnded;
  private boolean requestSent;
  private boolean responded;
  private boolean done;
  private boolean requestPaused;
  private int attempts;
  private long requestEndNanos;

  RouterStream(RouterFactory factory, boolean suppressEnvoyHeaders) {
    this.factory = factory;
    this.suppressEnvoyHeaders = suppressEnvoyHeaders;
  }

  @Override
  public void attach(TerminalStream stream) {
    attached = stream;
  }

  private TerminalStream stream() {
    TerminalStream stream = attached;
    if (stream == null) {
      throw new IllegalStateException("the router is in no stream yet");
    }
    return stream;
  }

  long now() {
    return factory.services().nanoClock().getAsLong();
  }

  // ---- the request

  @Override
  public void onRequestHead(RequestHead newHead, boolean endStream) {
    head = newHead;
    TerminalStream stream = stream();
    if (!(stream.route() instanceof RouteEntry found)) {
      done = true;
      stream.fail(ProxyError.of(ErrorKind.NO_ROUTE));
      return;
    }
    route = found;
    switch (found.target()) {
      case RouteTarget.Forward forward -> forward(found, forward, newHead, endStream);
      case RouteTarget.Redirect redirect -> {
        done = true;
        OwnAnswers.redirect(stream, newHead, found, redirect);
      }
      case RouteTarget.Direct direct -> {
        done = true;
        OwnAnswers.direct(stream, newHead, found, direct);
      }
    }
  }

  private void forward(
      RouteEntry found, RouteTarget.Forward forward, RequestHead newHead, boolean endStream) {
    TerminalStream stream = stream();
    StreamInfo info = stream.info();
    info.upstreamCluster = forward.cluster();
    Cluster known = factory.services().clusters().find(forward.cluster());
    if (known == null) {
      done = true;
      stream.localReply(
          new LocalReply(
              forward.clusterNotFoundStatus(),
              "",
              "cluster_not_found",
              ResponseFlag.NO_CLUSTER_FOUND,
              List.of()));
      return;
    }
    target = forward;
    cluster = known.onLoop(stream.eventLoop());
    RouteTarget.Retry retry = forward.retry();
    if (retry != null && retry.policy().numRetries() > 0) {
      retries = new Retries(retry, newHead.method());
    }
    try {
      rewrite(found, forward, newHead, info);
    } catch (HeaderViolation e) {
      done = true;
      stream.fail(ProxyError.of(ErrorKind.BAD_REQUEST, "invalid_rewrite", e));
      return;
    }
    requestEnded = endStream;
    if (endStream) {
      startTimeout();
    }
    attempt(false);
  }

  private void rewrite(
      RouteEntry found, RouteTarget.Forward forward, RequestHead newHead, StreamInfo info) {
    HeaderBlock headers = newHead.headers();
    if (!suppressEnvoyHeaders && forward.timeoutNanos() > 0) {
      headers.set(HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, forward.timeoutNanos() / 1_000_000);
    }
    if (!found.requestEdits().isEmpty()) {
      found.requestEdits().apply(newHead, null, info);
    }
    String host = forward.hostRewrite();
    if (host != null) {
      keep(HeaderNames.X_ENVOY_ORIGINAL_HOST, newHead.authority());
      newHead.authority(host);
    }
    String prefix = forward.prefixRewrite();
    if (prefix != null) {
      String path = newHead.path();
      keep(HeaderNames.X_ENVOY_ORIGINAL_PATH, path);
      newHead.path(prefix + path.substring(found.covered(newHead)));
    }
  }

  private void keep(HeaderName name, String original) {
    if (!suppressEnvoyHeaders && head != null) {
      head.headers().set(name, original);
    }
  }

  @Override
  public void onRequestData(ByteBuf data, boolean endStream) {
    if (done) {
      data.release();
      return;
    }
    if (endStream) {
      requestEnded = true;
      startTimeout();
    }
    ClientStream out = attempt == null ? null : attempt.stream();
    if (out != null) {
      body().pass(data, out, endStream);
      requestSent |= endStream;
      if (!endStream && !out.isWritable()) {
        pauseRequest();
      }
    } else {
      body().keep(data);
      if (body().bytes() >= factory.services().replayBytes()) {
        pauseRequest();
      }
    }
    if (endStream) {
      startPerTry();
    }
  }

  @Override
  public void onRequestTrailers(HeaderBlock newTrailers) {
    if (done) {
      return;
    }
    trailers = newTrailers;
    requestEnded = true;
    startTimeout();
    ClientStream out = attempt == null ? null : attempt.stream();
    if (out != null) {
      requestSent = true;
      out.sendTrailers(newTrailers);
    }
    startPerTry();
  }

  private RequestBody body() {
    RequestBody kept = body;
    if (kept == null) {
      kept =
          new RequestBody(
              factory.services().replayBytes(), retries != null && retries.isLeft() && !responded);
      body = kept;
    }
    return kept;
  }

  private void pauseRequest() {
    if (!requestPaused && !requestEnded) {
      requestPaused = true;
      stream().pauseRequest();
    }
  }

  private void resumeRequest() {
    if (requestPaused) {
      requestPaused = false;
      stream().resumeRequest();
    }
  }

  boolean isIdempotent() {
    return head != null && head.method().isIdempotent();
  }

  boolean isRequestSent() {
    return requestSent;
  }

  // ---- attempts

  private void attempt(boolean isRetry) {
    LoopCluster in = cluster;
    RouteTarget.Forward forward = target;
    if (in == null || forward == null) {
      throw new IllegalStateException("no cluster was chosen");
    }
    Retries policy = retries;
    Endpoint endpoint =
        policy == null ? in.pick(NONE_TRIED, 0) : in.pick(policy.tried(), policy.triedCount());
    CircuitBreaker breaker = in.cluster().breaker(forward.highPriority());
    if (endpoint == null) {
      if (isRetry) {
        breaker.releaseRetry();
      }
      in.cluster().meters().unhealthy.add();
      reply(LocalReply.of(ProxyError.of(ErrorKind.NO_HEALTHY_UPSTREAM)));
      return;
    }
    StreamInfo info = stream().info();
    info.attemptCount = ++attempts;
    info.upstreamHost = endpoint.text();
    requestSent = false;
    Attempt next = new Attempt(this, in, endpoint, breaker, isRetry, now());
    attempt = next;
    if (requestEnded) {
      startPerTry();
    }
    next.start();
  }

  private void startPerTry() {
    Attempt current = attempt;
    if (current != null && retries != null && retries.perTryTimeoutNanos() > 0 && !responded) {
      current.startPerTry(
          factory.on(stream().eventLoop()).deadlines(), retries.perTryTimeoutNanos(), now());
    }
  }

  private void startTimeout() {
    long now = now();
    requestEndNanos = now;
    long length = target == null ? 0 : target.timeoutNanos();
    if (length > 0 && timeout == null && !done) {
      timeout = factory.on(stream().eventLoop()).deadlines().start(length, now, this);
    }
  }

  /** The attempt has a stream: sends what is there of the request. */
  void onStream(Attempt from, ClientStream out, Protocol protocol, String localText) {
    RequestHead sent = head;
    if (sent == null) {
      return;
    }
    StreamInfo info = stream().info();
    info.upstreamProtocol = protocol;
    info.upstreamLocalAddress = localText;
    info.upstreamFirstSentNanos = now();
    RequestBody kept = body;
    boolean hasBody = kept != null && !kept.isEmpty();
    boolean headEnds = requestEnded && !hasBody && trailers == null;
    requestSent = requestEnded;
    out.sendHead(sent, headEnds);
    if (hasBody && kept != null) {
      kept.sendTo(out, requestEnded && trailers == null);
    }
    if (requestEnded && trailers != null) {
      out.sendTrailers(trailers);
    }
    if (!requestEnded && attempt == from && out.isWritable()) {
      resumeRequest();
    }
  }

  /** The attempt ended without a usable answer, or in the middle of one. */
  void onFailed(Attempt from, Failure failure) {
    if (attempt != from) {
      return;
    }
    attempt = null;
    StreamInfo info = stream().info();
    if (!failure.reason().isEmpty()) {
      info.upstreamTransportFailure = failure.reason();
    }
    if (responded) {
      finish();
      stream().fail(UpstreamReplies.broken(failure.kind()));
      return;
    }
    Retries policy = retries;
    if (policy != null && policy.wants(failure) && retry(from, policy)) {
      return;
    }
    reply(UpstreamReplies.of(failure, attempts > 1, suppressEnvoyHeaders));
  }

  /** Plans another attempt; false when there is none to have. */
  private boolean retry(Attempt from, Retries policy) {
    LoopCluster in = cluster;
    RouteTarget.Forward forward = target;
    if (in == null || forward == null || (body != null && !body.isReplayable())) {
      return false;
    }
    Cluster owner = in.cluster();
    if (!policy.isLeft()) {
      owner.meters().retryLimitExceeded.add();
      stream().info().flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      return false;
    }
    if (!owner.breaker(forward.highPriority()).tryRetry()) {
      owner.meters().retryOverflow.add();
      stream().info().flag(ResponseFlag.UPSTREAM_OVERFLOW);
      return false;
    }
    owner.meters().retry.add();
    policy.use(from.endpoint());
    RouterLoop loop = factory.on(stream().eventLoop());
    backOff =
        loop.eventLoop()
            .schedule(
                () -> {
                  backOff = null;
                  attempt(true);
                },
                policy.backOffNanos(loop.random()),
                TimeUnit.NANOSECONDS);
    return true;
  }

  private void cancelBackOff() {
    if (backOff != null) {
      backOff.cancel(false);
      backOff = null;
      if (cluster != null && target != null) {
        cluster.cluster().breaker(target.highPriority()).releaseRetry();
      }
    }
  }

  void onUpstreamWritable(Attempt from, boolean writable) {
    if (attempt != from) {
      return;
    }
    if (writable) {
      resumeRequest();
    } else {
      pauseRequest();
    }
  }

  // ---- the answer

  void onInformational(ResponseHead informational) {
    if (!responded) {
      stream().respondInformational(informational);
    }
  }

  void onHead(Attempt from, ResponseHead answer, boolean endStream, long now) {
    StreamInfo info = stream().info();
    info.upstreamFirstReceivedNanos = now;
    Retries policy = retries;
    if (policy != null && policy.wants(answer.status()) && retry(from, policy)) {
      attempt = null;
      from.cancel(ErrorKind.LOCAL_RESET);
      return;
    }
    responded = true;
    info.details(VIA_UPSTREAM);
    RouteEntry found = route;
    if (!suppressEnvoyHeaders) {
      long began = requestEnded ? requestEndNanos : now;
      answer
          .headers()
          .set(HeaderNames.X_ENVOY_UPSTREAM_SERVICE_TIME, Math.max(0, (now - began) / 1_000_000));
    }
    if (found != null && head != null && !found.responseEdits().isEmpty()) {
      found.responseEdits().apply(head, answer, info);
    }
    if (body != null) {
      // An answer means that all of the body that is here was sent.
      body.stopReplay(true);
    }
    if (endStream) {
      answered(now);
    } else if (!stream().isResponseWritable()) {
      ClientStream in = from.stream();
      if (in != null) {
        in.pause();
      }
    }
    stream().respondHead(answer, endStream);
  }

  void onData(ByteBuf data, boolean endStream) {
    if (endStream) {
      answered(now());
    }
    stream().respondData(data, endStream);
  }

  void onTrailers(HeaderBlock answerTrailers) {
    answered(now());
    stream().respondTrailers(answerTrailers);
  }

  private void answered(long now) {
    stream().info().upstreamLastReceivedNanos = now;
    cancelTimeout();
    done = true;
  }

  @Override
  public void onResponseWritabilityChanged(boolean writable) {
    ClientStream in = attempt == null ? null : attempt.stream();
    if (in == null || !responded) {
      return;
    }
    if (writable) {
      in.resume();
    } else {
      in.pause();
    }
  }

  // ---- the end

  @Override
  public void expired(Deadline deadline) {
    timeout = null;
    LoopCluster in = cluster;
    if (in != null) {
      in.cluster().meters().requestTimeout.add();
    }
    Attempt current = attempt;
    attempt = null;
    if (current != null) {
      current.timedOut();
    }
    cancelBackOff();
    ProxyError error = ProxyError.of(ErrorKind.UPSTREAM_TIMEOUT, "upstream_response_timeout");
    if (responded) {
      finish();
      stream().fail(error);
    } else {
      reply(LocalReply.of(error));
    }
  }

  private void reply(LocalReply answer) {
    finish();
    stream().localReply(answer);
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel();
      timeout = null;
    }
  }

  /** Stops all upstream work. */
  private void finish() {
    done = true;
    cancelTimeout();
    cancelBackOff();
    Attempt current = attempt;
    attempt = null;
    if (current != null) {
      current.cancel(ErrorKind.LOCAL_RESET);
    }
    if (body != null) {
      body.release();
    }
  }

  @Override
  public void onDestroy() {
    finish();
  }
}
