package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterMeters;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.LoopDeadlines;
import io.headgate.dataplane.http.Protocol;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.route.RequestHash;
import io.headgate.dataplane.route.RequestRewrite;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteTarget;
import io.headgate.xds.model.route.InternalRedirects;
import io.headgate.xds.model.route.VirtualHost;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a cluster and back: joins the client's side ({@link RequestSide}) and
 * the tries ({@link Tries}), and passes the answer on.
 *
 * <pre>
 *   head --route--> own answer
 *        --cluster, host--> try --usable head--> answering --end--> done
 *                            |  ^
 *                            v  |  failed, a retry is left
 *                          back-off
 *                            |
 *                            +--none left--> error answer
 * </pre>
 *
 * <p>Before the answer's head goes out a failure is retried or answered; afterwards it breaks the
 * stream. The route's timeout runs from the end of the request over all tries.
 *
 * <p>Thread: confined to the loop.
 */
final class RouterStream extends TerminalFilter {

  private static final String VIA_UPSTREAM = "via_upstream";

  private final RouterTemplate template;
  private final RouterFactory factory;
  private final Timeouts timeouts = new Timeouts(this);
  private @Nullable TerminalStream attached;
  private @Nullable RouteEntry route;
  private @Nullable RequestSide request;

  /** A head that promises no body; no host sees it before that is true. */
  private @Nullable RequestHead awaiting;

  private @Nullable Tries tries;
  private VirtualHost.AttemptCount attemptCount = VirtualHost.AttemptCount.NOWHERE;
  private @Nullable TunnelEnds tunnel;
  private @Nullable RequestRewrite rewrite;
  private @Nullable InternalRedirects redirects;
  private Mirrors mirrors = Mirrors.NONE;
  private List<String> cookies = List.of();
  private boolean responded;
  private boolean done;
  private long requestEndNanos;

  RouterStream(RouterTemplate template) {
    this.template = template;
    factory = template.factory();
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

  ConnectionInfo clientConnection() {
    return stream().info().connection;
  }

  /** The host that a header or the request itself names, without a port; empty for none. */
  String serverName(String header) {
    RequestSide side = request;
    if (side == null) {
      return "";
    }
    String named = header.isEmpty() ? null : side.head().headers().first(HeaderName.of(header));
    String host = named == null || named.isEmpty() ? side.head().authority() : named;
    if (host == null) {
      return "";
    }
    int colon = host.lastIndexOf(':');
    String bare = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return bare.startsWith("[") && bare.endsWith("]") ? bare.substring(1, bare.length() - 1) : bare;
  }

  @Override
  public void onRequestHead(RequestHead head, boolean endStream) {
    TerminalStream stream = stream();
    if (!(stream.route() instanceof RouteEntry found)) {
      done = true;
      stream.fail(ProxyError.of(ErrorKind.NO_ROUTE));
      return;
    }
    route = found;
    switch (found.target()) {
      case RouteTarget.Forward _ when !endStream && RequestSide.promisesNoBody(head) ->
          awaiting = head;
      case RouteTarget.Forward forward -> forward(found, forward, head, endStream);
      case RouteTarget.Redirect redirect -> {
        done = true;
        OwnAnswers.redirect(stream, head, found, redirect);
      }
      case RouteTarget.Direct direct -> {
        done = true;
        OwnAnswers.direct(stream, head, found, direct);
      }
    }
  }

  private void forward(
      RouteEntry found, RouteTarget.Forward forward, RequestHead head, boolean endStream) {
    TerminalStream stream = stream();
    StreamInfo info = stream.info();
    String name = forward.cluster().of(head);
    info.upstreamCluster = name;
    Cluster cluster = name.isEmpty() ? null : factory.services().clusters().find(name);
    if (cluster == null) {
      done = true;
      stream.localReply(clusterNotFound(forward.handling().clusterNotFoundStatus()));
      return;
    }
    AskedByRequest asked = AskedByRequest.of(head.headers());
    timeouts.read(head, forward.timeout(), forward.retry(), asked, template);
    attemptCount = forward.handling().attemptCount();
    try {
      Rewriting.apply(head, found, forward, !template.suppressEnvoyHeaders(), info);
    } catch (HeaderViolation e) {
      done = true;
      stream.fail(ProxyError.of(ErrorKind.BAD_REQUEST, "invalid_rewrite", e));
      return;
    }
    // The route's edits may have added to what is asked.
    Retries retries = Retries.of(forward.retry(), head, AskedByRequest.of(head.headers()));
    redirects = forward.rest().redirects();
    boolean mayReplay = redirects != null || (retries != null && retries.isLeft());
    request = new RequestSide(stream, head, factory.services().replayBytes(), mayReplay);
    LoopCluster loop = cluster.onLoop(stream.eventLoop());
    long key = key(forward, head, info);
    tries = new Tries(this, factory, loop, forward.handling().highPriority(), retries, key);
    mirrors = Mirrors.of(forward, head, stream, factory, timeouts.responseNanos(), endStream);
    rewrite = forward.rewrite();
    if (endStream) {
      request.end();
      requestEnded();
    }
    tryNext(tries, false);
  }

  /** What hosts are chosen by: the request's hash, chance when it has none. */
  private long key(RouteTarget.Forward forward, RequestHead head, StreamInfo info) {
    RequestHash policies = forward.rest().hash();
    if (!policies.isEmpty()) {
      RequestHash.Result hash = policies.of(head, info);
      cookies = hash.cookies();
      if (hash.isFound()) {
        return hash.hash();
      }
    }
    return factory.on(stream().eventLoop()).random().nextLong();
  }

  private static LocalReply clusterNotFound(int status) {
    return new LocalReply(
        status, "", "cluster_not_found", ResponseFlag.NO_CLUSTER_FOUND, List.of());
  }

  /** There was no body, as the head promised. */
  private void forwardAwaiting(boolean endStream) {
    RequestHead head = awaiting;
    if (head != null
        && route instanceof RouteEntry found
        && found.target() instanceof RouteTarget.Forward forward) {
      awaiting = null;
      forward(found, forward, head, endStream);
    }
  }

  @Override
  public void onRequestData(ByteBuf data, boolean endStream) {
    if (endStream && awaiting != null) {
      data.release();
      forwardAwaiting(true);
      return;
    }
    RequestSide to = request;
    Tries open = tries;
    if (done || to == null || open == null) {
      data.release();
      return;
    }
    if (endStream) {
      requestEnded();
    }
    mirrors.data(data, endStream);
    to.data(data, endStream, open.stream());
    open.touch();
    if (endStream) {
      if (tunnel != null) {
        tunnel.clientEnded();
        endTunnel(open, tunnel);
      } else {
        open.requestEnded();
      }
    }
  }

  @Override
  public void onRequestTrailers(HeaderBlock trailers) {
    forwardAwaiting(false);
    RequestSide to = request;
    Tries open = tries;
    if (done || to == null || open == null) {
      return;
    }
    requestEnded();
    mirrors.trailers(trailers);
    to.trailers(trailers, open.stream());
    open.requestEnded();
  }

  private void requestEnded() {
    requestEndNanos = now();
    if (timeouts.responseNanos() > 0 && tunnel == null && !done) {
      deadlines().arm(timeouts, timeouts.responseNanos());
    }
  }

  // ---- what tries ask

  Timeouts timeouts() {
    return timeouts;
  }

  LoopDeadlines deadlines() {
    return factory.on(stream().eventLoop()).deadlines();
  }

  boolean isIdempotent() {
    return request != null && request.isIdempotent();
  }

  boolean isRequestSent() {
    return request != null && request.isSent();
  }

  boolean isReplayable() {
    return request != null && request.isReplayable();
  }

  // ---- tries

  private void tryNext(Tries open, boolean isRetry) {
    if (!open.next(isRetry, stream().info())) {
      reply(LocalReply.of(ProxyError.of(ErrorKind.NO_HEALTHY_UPSTREAM)));
    }
  }

  /** The back-off is over. */
  void retry() {
    Tries open = tries;
    if (open != null && !done) {
      tryNext(open, true);
    }
  }

  /** A try is about to start: nothing was sent on it, and its backend is told what it may know. */
  void beforeTry(int number, Endpoint endpoint) {
    RequestSide from = request;
    if (from == null) {
      return;
    }
    from.rewind();
    if (rewrite != null && rewrite.takesEndpointsName() && !endpoint.hostname().isEmpty()) {
      rewrite.host(
          from.head(), endpoint.hostname(), number == 1 && !template.suppressEnvoyHeaders());
    }
    if (attemptCount.inRequest()) {
      from.head().headers().set(HeaderNames.X_ENVOY_ATTEMPT_COUNT, number);
    }
    if (number > 1) {
      long gone = from.hasEnded() ? now() - requestEndNanos : 0;
      timeouts.tell(from.head().headers(), TimeUnit.NANOSECONDS.toMillis(gone));
    }
  }

  /** The try has a stream: sends what is there of the request. */
  void onStream(Attempt from, ClientStream out, Protocol protocol, String localText) {
    RequestSide what = request;
    if (what == null) {
      return;
    }
    StreamInfo info = stream().info();
    info.upstreamProtocol = protocol;
    info.upstreamLocalAddress = localText;
    info.upstreamFirstSentNanos = deadlines().nanoTime();
    what.sendTo(out);
    if (what.hasEnded()) {
      from.requestEnded();
    }
    if (!what.hasEnded() && isCurrent(from) && out.isWritable()) {
      what.resume();
    }
  }

  /** The try ended without a usable answer, or in the middle of one. */
  void onFailed(Attempt from, Failure failure) {
    Tries open = tries;
    if (open == null || !open.isCurrent(from)) {
      return;
    }
    open.ended();
    StreamInfo info = stream().info();
    if (!failure.reason().isEmpty()) {
      info.upstreamTransportFailure = failure.reason();
    }
    if (responded) {
      finish();
      stream().fail(UpstreamReplies.broken(failure.kind()));
      return;
    }
    if (!open.retry(from, failure, info)) {
      reply(UpstreamReplies.of(failure, open.made() > 1, isRequestEnded(), timeouts));
    }
  }

  void onUpstreamWritable(Attempt from, boolean writable) {
    RequestSide side = request;
    if (side == null || !isCurrent(from)) {
      return;
    }
    if (writable) {
      side.resume();
    } else {
      side.pause();
    }
  }

  private boolean isRequestEnded() {
    return request != null && request.hasEnded();
  }

  private boolean isCurrent(Attempt from) {
    return tries != null && tries.isCurrent(from);
  }

  // ---- the answer

  void onInformational(ResponseHead informational) {
    if (!responded) {
      stream().respondInformational(informational);
    }
  }

  void onHead(Attempt from, ResponseHead answer, boolean endStream, long now) {
    RequestSide side = request;
    Tries open = tries;
    RouteEntry found = route;
    if (side == null || open == null || found == null) {
      return;
    }
    StreamInfo info = stream().info();
    info.upstreamFirstReceivedNanos = deadlines().nanoTime();
    if (open.retry(from, answer, info)) {
      open.ended();
      from.cancel(ErrorKind.LOCAL_RESET);
      return;
    }
    if (redirects != null
        && redirects.codes().contains(answer.status())
        && followed(open, side, answer, redirects)) {
      return;
    }
    responded = true;
    if (side.head().isTunnelAcceptedBy(answer.status())) {
      tunnel = new TunnelEnds();
      from.becomesTunnel();
    }
    info.details(VIA_UPSTREAM);
    if (attemptCount.inResponse()) {
      answer.headers().set(HeaderNames.X_ENVOY_ATTEMPT_COUNT, open.made());
    }
    if (!template.suppressEnvoyHeaders()) {
      long began = side.hasEnded() ? requestEndNanos : now;
      answer
          .headers()
          .set(HeaderNames.X_ENVOY_UPSTREAM_SERVICE_TIME, Math.max(0, (now - began) / 1_000_000));
    }
    for (String cookie : cookies) {
      answer.headers().add(HeaderNames.SET_COOKIE, cookie);
    }
    if (!found.responseEdits().isEmpty()) {
      info.responseCode = answer.status();
      found.responseEdits().apply(side.head(), answer, info);
    }
    side.answered();
    if (endStream) {
      answered(now);
    } else if (!stream().isResponseWritable()) {
      ClientStream in = from.stream();
      if (in != null) {
        pause(open, in);
      }
    }
    stream().respondHead(answer, endStream);
  }

  /** Begins the request anew where the answer leads; this router is over then. */
  private boolean followed(
      Tries open, RequestSide side, ResponseHead answer, InternalRedirects policy) {
    ClusterMeters meters = open.cluster().meters();
    boolean followed = InternalRedirect.follow(stream(), side, answer, policy);
    (followed ? meters.internalRedirectSucceeded : meters.internalRedirectFailed).add();
    return followed;
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
    if (tunnel == null) {
      done = true;
    } else {
      tunnel.upstreamEnded();
      if (tries != null) {
        endTunnel(tries, tunnel);
      }
    }
  }

  private void endTunnel(Tries open, TunnelEnds ends) {
    if (ends.isOver()) {
      done = true;
      open.tunnelOver();
    }
  }

  @Override
  public void onResponseWritabilityChanged(boolean writable) {
    Tries open = tries;
    ClientStream in = open == null ? null : open.stream();
    if (open == null || in == null || !responded) {
      return;
    }
    if (writable) {
      open.cluster().meters().resumedReading.add();
      in.resume();
    } else {
      pause(open, in);
    }
  }

  private static void pause(Tries open, ClientStream in) {
    open.cluster().meters().pausedReading.add();
    in.pause();
  }

  // ---- the end

  /** The response timeout ran out. */
  void timedOut() {
    Tries open = tries;
    if (open == null) {
      return;
    }
    open.cluster().meters().requestTimeout.add();
    open.timedOut();
    if (responded) {
      finish();
      stream().fail(ProxyError.of(ErrorKind.UPSTREAM_TIMEOUT));
    } else {
      reply(UpstreamReplies.timeout(timeouts));
    }
  }

  /** Answers for the upstream, which has failed. */
  private void reply(LocalReply answer) {
    Tries failed = tries;
    finish();
    if (failed != null) {
      failed.cluster().meters().answered(answer.status());
      boolean counted = attemptCount.inResponse() && failed.made() > 0;
      boolean overflow = answer.flag() == ResponseFlag.UPSTREAM_OVERFLOW;
      if (counted || (overflow && !template.suppressEnvoyHeaders())) {
        answer =
            UpstreamReplies.with(
                answer, overflow && !template.suppressEnvoyHeaders(), counted ? failed.made() : 0);
      }
    }
    stream().localReply(answer);
  }

  private void cancelTimeout() {
    if (timeouts.isArmed()) {
      deadlines().disarm(timeouts);
    }
  }

  /** Stops all upstream work. */
  private void finish() {
    done = true;
    cancelTimeout();
    if (tries != null) {
      tries.cancel();
    }
    if (request != null) {
      request.release();
    }
  }

  @Override
  public void onDestroy() {
    mirrors.clientGone();
    finish();
  }
}
