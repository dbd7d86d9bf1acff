package io.headgate.controlplane.discovery;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.headgate.controlplane.snapshot.SnapshotSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The aggregated discovery service: all types on one stream, incremental or state of the world.
 *
 * <p>Thread: calls run serially per stream on the given executor; a publisher only marks streams.
 *
 * <p>Errors: beyond the limits a stream is ended with RESOURCE_EXHAUSTED, and the client comes back
 * with jitter.
 */
public final class AggregatedDiscovery implements BindableService {
  /** What streams run on: {@code work} carries their tasks, {@code timer} only wakes them. */
  public record Threads(Executor work, ScheduledExecutorService timer) {}

  private final SnapshotSource snapshots;
  private final DiscoveryTracker tracker;
  private final DiscoveryLimits limits;
  private final Threads threads;
  private final LongSupplier nanoTime;
  private final DiscoveryMeters meters = new DiscoveryMeters();
  private final StreamAdmission admission;
  private final AtomicLong ids = new AtomicLong();

  public AggregatedDiscovery(
      SnapshotSource snapshots, DiscoveryTracker tracker, DiscoveryLimits limits, Threads threads) {
    this(snapshots, tracker, limits, threads, System::nanoTime);
  }

  /**
   * With a clock of its own, for tests.
   *
   * @param nanoTime a monotonic clock
   */
  AggregatedDiscovery(
      SnapshotSource snapshots,
      DiscoveryTracker tracker,
      DiscoveryLimits limits,
      Threads threads,
      LongSupplier nanoTime) {
    this.snapshots = snapshots;
    this.tracker = tracker;
    this.limits = limits;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.admission = new StreamAdmission(limits, nanoTime);
  }

  /** The counters of this service. */
  public DiscoveryMeters meters() {
    return meters;
  }

  @Override
  public ServerServiceDefinition bindService() {
    MethodDescriptor<DiscoveryRequest, Push> sotw =
        writing(AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod());
    MethodDescriptor<DeltaDiscoveryRequest, Push> delta =
        writing(AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod());
    ServiceDescriptor descriptor =
        ServiceDescriptor.newBuilder(AggregatedDiscoveryServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(
                AggregatedDiscoveryServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(sotw)
            .addMethod(delta)
            .build();
    return ServerServiceDefinition.builder(descriptor)
        .addMethod(sotw, (call, headers) -> open(RequestReader.SOTW, call))
        .addMethod(delta, (call, headers) -> open(RequestReader.DELTA, call))
        .build();
  }

  private static <Q extends Message, R extends Message> MethodDescriptor<Q, Push> writing(
      MethodDescriptor<Q, R> method) {
    return method.toBuilder(method.getRequestMarshaller(), PushMarshaller.INSTANCE).build();
  }

  private <M> ServerCall.Listener<M> open(RequestReader<M> reader, ServerCall<M, Push> call) {
    if (!admission.admit(meters.openStreams())) {
      meters.streamsRefused.increment();
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("too many streams: come back later"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    meters.streamsOpened.increment();
    AdsStream<M> stream = new AdsStream<>(this, reader, call, ids.incrementAndGet());
    stream.start();
    return stream;
  }

  void ended() {
    meters.streamsClosed.increment();
  }

  SnapshotSource snapshots() {
    return snapshots;
  }

  DiscoveryTracker tracker() {
    return tracker;
  }

  DiscoveryLimits limits() {
    return limits;
  }

  Executor executor() {
    return threads.work();
  }

  ScheduledExecutorService timer() {
    return threads.timer();
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }
}
