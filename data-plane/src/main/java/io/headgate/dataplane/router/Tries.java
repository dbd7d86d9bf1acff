package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterMeters;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.ClientStream;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.upstream.CircuitBreaker;
import io.headgate.xds.model.route.RetryPolicy;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one request, one at a time: picks a host for each, plans retries, holds their place
 * in the retry limit.
 *
 * <pre>
 *   next --host--> current try --failed, a retry is left--> back-off --> next
 *    +--no host--> false          +--usable answer, cancel--> none
 * </pre>
 *
 * <p>Thread: confined to the loop.
 */
final class Tries {

  private static final Endpoint[] NONE_TRIED = new Endpoint[0];

  private final RouterStream router;
  private final RouterLoop loop;
  private final RouterServices services;
  private final LoopCluster cluster;
  private final CircuitBreaker breaker;
  private final @Nullable Retries policy;
  private final long key;
  private @Nullable Attempt current;
  private @Nullable ScheduledFuture<?> backOff;
  private int made;

  Tries(
      RouterStream router,
      RouterFactory factory,
      LoopCluster cluster,
      boolean highPriority,
      @Nullable Retries policy,
      long key) {
    this.router = router;
    this.loop = factory.on(cluster.loop());
    this.services = factory.services();
    this.cluster = cluster;
    this.breaker = cluster.cluster().breaker(highPriority);
    this.policy = policy;
    this.key = key;
  }

  Cluster cluster() {
    return cluster.cluster();
  }

  /** How many tries were begun. */
  int made() {
    return made;
  }

  /** Whether this is the try of the moment. */
  boolean isCurrent(Attempt attempt) {
    return current == attempt;
  }

  /** The stream to send on; null while there is none. */
  @Nullable ClientStream stream() {
    return current == null ? null : current.stream();
  }

  /**
   * Begins a try.
   *
   * @return false when there is no host to try
   */
  boolean next(boolean isRetry, StreamInfo info) {
    Endpoint endpoint =
        policy == null
            ? cluster.pick(NONE_TRIED, 0, 0, key)
            : cluster.pick(policy.tried(), policy.triedCount(), policy.hostPicks(), key);
    if (endpoint == null) {
      if (isRetry) {
        breaker.releaseRetry();
      }
      cluster.cluster().meters().unhealthy.add();
      return false;
    }
    info.attemptCount = ++made;
    info.upstreamHost = endpoint.text();
    Attempt next = new Attempt(router, cluster, endpoint, breaker, isRetry, router.now());
    current = next;
    router.beforeTry(made, endpoint);
    next.start();
    return true;
  }

  /** Both directions of the tunnel have ended. */
  void tunnelOver() {
    if (current != null) {
      current.tunnelOver();
    }
  }

  /** The request is complete. */
  void requestEnded() {
    if (current != null) {
      current.requestEnded();
    }
  }

  /** Something of the request was sent on the try of the moment. */
  void touch() {
    if (current != null) {
      current.touch();
    }
  }

  /** Plans a retry for an answer; false when there is none to have. */
  boolean retry(Attempt from, ResponseHead answer, StreamInfo info) {
    return policy != null && policy.wants(answer) && plan(from, policy, answer, info);
  }

  /** Plans a retry for a failure; false when there is none to have. */
  boolean retry(Attempt from, Failure failure, StreamInfo info) {
    return policy != null && policy.wants(failure) && plan(from, policy, null, info);
  }

  private boolean plan(
      Attempt from, Retries retries, @Nullable ResponseHead answer, StreamInfo info) {
    ClusterMeters meters = cluster.cluster().meters();
    if (!retries.isLeft()) {
      meters.retryLimitExceeded.add();
      info.flag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
      return false;
    }
    if (!router.isReplayable()) {
      meters.retryAbandoned.add();
      return false;
    }
    if (!breaker.tryRetry()) {
      meters.retryOverflow.add();
      info.flag(ResponseFlag.UPSTREAM_OVERFLOW);
      return false;
    }
    meters.retry.add();
    retries.use(from.endpoint());
    backOff =
        loop.eventLoop()
            .schedule(
                this::backOffOver, backOffNanos(retries, answer, meters), TimeUnit.NANOSECONDS);
    return true;
  }

  private long backOffNanos(Retries retries, @Nullable ResponseHead answer, ClusterMeters meters) {
    RetryPolicy with = retries.policy();
    long asked =
        with.rateLimited() == null
            ? -1
            : BackOffs.asked(with, answer, services.wallMillis().getAsLong(), loop.random());
    if (asked >= 0) {
      meters.retryBackOffRateLimited.add();
      return asked;
    }
    meters.retryBackOffExponential.add();
    return BackOffs.exponential(with.backOff(), retries.made(), loop.random());
  }

  private void backOffOver() {
    backOff = null;
    router.retry();
  }

  /** The try of the moment is over; nothing is cancelled. */
  void ended() {
    current = null;
  }

  /** The answer did not come in time: ends the try and the wait for another. */
  void timedOut() {
    Attempt open = current;
    current = null;
    if (open != null) {
      open.responseTimedOut();
    }
    cancelBackOff();
  }

  /** Ends the try and the wait for another; nothing more is told of them. */
  void cancel() {
    Attempt open = current;
    current = null;
    cancelBackOff();
    if (open != null) {
      open.cancel(ErrorKind.LOCAL_RESET);
    }
  }

  private void cancelBackOff() {
    if (backOff != null) {
      backOff.cancel(false);
      backOff = null;
      breaker.releaseRetry();
    }
  }
}
