package io.headgate.controlplane.app;

import io.grpc.BindableService;
import io.headgate.controlplane.api.HostLoads;
import io.headgate.controlplane.feedback.FeedbackRunner;
import io.headgate.controlplane.feedback.HostSignal;
import io.headgate.controlplane.feedback.LoadReportService;
import io.headgate.controlplane.feedback.LoadSums;
import io.headgate.controlplane.feedback.WeightSink;
import io.headgate.controlplane.fleetstate.LoadBoard;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.loader.FleetStore;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The feedback loop joined to the store, to the exchange and to the API. Thread: made and closed by
 * one thread.
 */
final class Feedback implements AutoCloseable {
  /** Proxies report this often at most, so that a window of five seconds holds several reports. */
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

  private final LoadSums sums = new LoadSums();
  private final LoadReportService service = new LoadReportService(sums, REPORT_INTERVAL);
  private final FeedbackRunner runner;

  Feedback(FleetStore store, LoadBoard board, Clock clock) {
    WeightSink sink =
        new WeightSink() {
          @Override
          public boolean isLeader() {
            return store.isLeader();
          }

          @Override
          public WriteResult write(ObjectKey key, ServiceWeights weights) {
            return store.writeWeights(key, weights);
          }
        };
    this.runner = new FeedbackRunner(sums, board, store::image, sink, clock);
  }

  void start() {
    runner.start();
  }

  /** The load reporting service, for the xDS port. */
  BindableService service() {
    return service;
  }

  /** What was last heard of each host. */
  HostLoads loads() {
    return this::load;
  }

  @Override
  public void close() {
    runner.close();
  }

  private Optional<HostLoads.Load> load(HostKey host) {
    return Optional.ofNullable(runner.view().hosts().get(host)).map(Feedback::load);
  }

  private static HostLoads.Load load(HostSignal signal) {
    return new HostLoads.Load(
        signal.rates().requestsPerSecond(),
        signal.rates().errorsPerSecond(),
        signal.rates().inFlight(),
        orNull(signal.utilisation()),
        orNull(signal.latencyMillis()));
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
