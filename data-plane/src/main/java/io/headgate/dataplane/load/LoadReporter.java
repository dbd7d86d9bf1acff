package io.headgate.dataplane.load;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports load to the control plane over one stream, for as long as it is open; opens it again when
 * it ends.
 *
 * <pre>
 *   closed --open, node--> waiting for the server --clusters, interval--> reporting --ends--> closed
 *      ^                                                                                |
 *      +------------- full jitter back-off, 0.5 s to 30 s, reset by an answer ---------+
 * </pre>
 *
 * <p>The server speaks first: before it named clusters and an interval nothing is reported. The
 * interval is a minimum; what it cannot send, because the transport is full, accrues.
 *
 * <p>Thread: everything runs on the executor that it was given, which must have one thread. Spec:
 * Envoy, {@code load_stats.v3}.
 */
public final class LoadReporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoadReporter.class);
  private static final long BASE_BACK_OFF_MILLIS = 500;
  private static final long MAX_BACK_OFF_MILLIS = 30_000;
  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final String ALL_CLUSTERS_FEATURE = "envoy.lrs.supports_send_all_clusters";

  private final Channel channel;
  private final Node node;
  private final Supplier<? extends Collection<ReportedCluster>> clusters;
  private final Timing timing;
  private final LoadReport report = new LoadReport();

  private @Nullable Stream stream;
  private @Nullable ScheduledFuture<?> reopening;
  private long backOffMillis = BASE_BACK_OFF_MILLIS;
  private boolean closed;

  /**
   * Time and chance.
   *
   * @param executor one thread; runs everything
   * @param nanoClock monotonic nanoseconds
   * @param random for back-off
   */
  public record Timing(
      ScheduledExecutorService executor, LongSupplier nanoClock, RandomGenerator random) {}

  /**
   * Makes a reporter that is not connected yet.
   *
   * @param channel to the control plane; not closed here
   * @param node who reports
   * @param clusters the clusters that report load, as they are now
   */
  public LoadReporter(
      Channel channel,
      Node node,
      Supplier<? extends Collection<ReportedCluster>> clusters,
      Timing timing) {
    this.channel = channel;
    this.node = node.toBuilder().addClientFeatures(ALL_CLUSTERS_FEATURE).build();
    this.clusters = clusters;
    this.timing = timing;
  }

  /** Opens the stream and keeps it open. */
  public void start() {
    timing.executor().execute(this::open);
  }

  private void open() {
    reopening = null;
    if (closed || stream != null) {
      return;
    }
    Stream opened = new Stream();
    stream = opened;
    LoadReportingServiceGrpc.newStub(channel).streamLoadStats(opened);
    opened.hello();
  }

  private void ended(Stream over, @Nullable Throwable why) {
    if (stream != over) {
      return;
    }
    stream = null;
    over.stopTimer();
    if (closed) {
      return;
    }
    long wait = timing.random().nextLong(backOffMillis) + 1;
    backOffMillis = Math.min(backOffMillis * 2, MAX_BACK_OFF_MILLIS);
    LOG.atDebug()
        .addKeyValue("reason", why == null ? "completed" : why.getMessage())
        .addKeyValue("retry_ms", wait)
        .log("load report stream ended");
    reopening = timing.executor().schedule(this::open, wait, TimeUnit.MILLISECONDS);
  }

  /** Ends the stream for good. */
  @Override
  public void close() {
    timing
        .executor()
        .execute(() -> {
          closed = true;
          if (reopening != null) {
            reopening.cancel(false);
          }
          Stream open = stream;
          stream = null;
          if (open != null) {
            open.stopTimer();
            open.complete();
          }
        });
  }

  /** One stream; its callbacks hop to the reporter's thread. */
  private final class Stream
      implements ClientResponseObserver<LoadStatsRequest, LoadStatsResponse> {

    private @Nullable ClientCallStreamObserver<LoadStatsRequest> out;
    private @Nullable ScheduledFuture<?> timer;
    private Set<String> wanted = Set.of();
    private boolean all;
    private boolean perEndpoint;
    private long intervalNanos;
    private long lastNanos = timing.nanoClock().getAsLong();

    @Override
    public void beforeStart(ClientCallStreamObserver<LoadStatsRequest> requests) {
      out = requests;
    }

    void hello() {
      send(LoadStatsRequest.newBuilder().setNode(node).build());
    }

    private void send(LoadStatsRequest request) {
      if (out != null) {
        out.onNext(request);
      }
    }

    void complete() {
      if (out != null) {
        out.onCompleted();
      }
    }

    void stopTimer() {
      if (timer != null) {
        timer.cancel(false);
        timer = null;
      }
    }

    @Override
    public void onNext(LoadStatsResponse response) {
      timing.executor().execute(() -> instructed(response));
    }

    private void instructed(LoadStatsResponse response) {
      if (stream != this) {
        return;
      }
      backOffMillis = BASE_BACK_OFF_MILLIS;
      wanted = new HashSet<>(response.getClustersList());
      all = response.getSendAllClusters();
      perEndpoint = response.getReportEndpointGranularity();
      Duration interval = response.getLoadReportingInterval();
      intervalNanos =
          Math.max(
              TimeUnit.SECONDS.toNanos(interval.getSeconds()) + interval.getNanos(),
              MIN_INTERVAL_NANOS);
      stopTimer();
      plan();
    }

    private void plan() {
      timer = timing.executor().schedule(this::report, intervalNanos, TimeUnit.NANOSECONDS);
    }

    private void report() {
      ClientCallStreamObserver<LoadStatsRequest> to = out;
      if (stream != this || to == null) {
        return;
      }
      if (to.isReady()) {
        long now = timing.nanoClock().getAsLong();
        send(
            LoadStatsRequest.newBuilder()
                .addAllClusterStats(
                    LoadReporter.this.report.next(
                        clusters.get(),
                        name -> all || wanted.contains(name),
                        perEndpoint,
                        now - lastNanos))
                .build());
        lastNanos = now;
      }
      plan();
    }

    @Override
    public void onError(Throwable why) {
      timing.executor().execute(() -> ended(this, why));
    }

    @Override
    public void onCompleted() {
      timing.executor().execute(() -> ended(this, null));
    }
  }
}
