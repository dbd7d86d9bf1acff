package io.headgate.controlplane.discovery;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.headgate.controlplane.discovery.DiscoveryTracker.Ending;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamInfo;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamTracker;
import io.headgate.controlplane.snapshot.NodeGroup;
import io.headgate.controlplane.snapshot.ResourceType;
import io.headgate.controlplane.snapshot.SnapshotSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins one gRPC call to one {@link DiscoverySession}.
 *
 * <p>Messages are read one at a time and responses are made only while the transport takes them: a
 * slow client costs its session's state and one transport buffer, whatever is published meanwhile.
 *
 * <p>Thread: all state is confined to the stream's serial executor; gRPC's callbacks and the
 * publisher only hand over.
 */
final class AdsStream<M> extends ServerCall.Listener<M> {
  private static final Logger log = LoggerFactory.getLogger(AdsStream.class);

  private final AggregatedDiscovery service;
  private final RequestReader<M> reader;
  private final ServerCall<M, Push> call;
  private final SerialTasks tasks;
  private final AtomicBoolean pumpPending = new AtomicBoolean();
  private final long id;

  private @Nullable DiscoverySession session;
  private SnapshotSource.@Nullable Subscription snapshots;
  private StreamTracker tracker = StreamTracker.NONE;
  private @Nullable ScheduledFuture<?> wake;
  private long wakeAt = Long.MAX_VALUE;
  private boolean closed;

  AdsStream(
      AggregatedDiscovery service, RequestReader<M> reader, ServerCall<M, Push> call, long id) {
    this.service = service;
    this.reader = reader;
    this.call = call;
    this.id = id;
    this.tasks = new SerialTasks(service.executor(), this::failed);
  }

  private void failed(RuntimeException failure) {
    log.error("discovery stream failed stream={}", id, failure);
    close(Status.INTERNAL.withDescription("see the control plane's log"), Ending.LOST);
  }

  void start() {
    tasks.execute(() -> {
      call.sendHeaders(new Metadata());
      call.request(1);
    });
  }

  @Override
  public void onMessage(M message) {
    tasks.execute(() -> received(message));
  }

  @Override
  public void onHalfClose() {
    tasks.execute(() -> close(Status.OK, Ending.GOODBYE));
  }

  @Override
  public void onCancel() {
    tasks.execute(() -> end(Ending.LOST, "the client went away"));
  }

  @Override
  public void onComplete() {
    tasks.execute(() -> end(Ending.LOST, "closed"));
  }

  @Override
  public void onReady() {
    pumpSoon();
  }

  /** Asks for a pump; many askers before it runs make one. */
  private void pumpSoon() {
    if (pumpPending.compareAndSet(false, true)) {
      tasks.execute(() -> {
        pumpPending.set(false);
        pump();
      });
    }
  }

  private void received(M message) {
    if (closed) {
      return;
    }
    DiscoverySession current = session == null ? open(reader.node(message)) : session;
    Optional<ResourceType> type = ResourceType.ofTypeUrl(reader.typeUrl(message));
    if (type.isEmpty()) {
      log.debug(
          "request for a type that is not served stream={} type_url={}",
          id,
          reader.typeUrl(message));
    } else {
      Optional<String> refused =
          current.request(reader.read(message, type.get()), service.nanoTime());
      if (refused.isPresent()) {
        close(Status.RESOURCE_EXHAUSTED.withDescription(refused.get()), Ending.LOST);
        return;
      }
    }
    pump();
    call.request(1);
  }

  private DiscoverySession open(Node node) {
    Attributes attributes = call.getAttributes();
    NodeGroup group = NodeGroups.group(node, Confidentiality.of(attributes));
    String peer = String.valueOf(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    StreamInfo info =
        new StreamInfo(
            id,
            NodeGroups.identity(node),
            group,
            reader.delta(),
            peer,
            String.valueOf(call.getMethodDescriptor().getServiceName()));
    tracker = service.tracker().opened(info);
    DiscoverySession opened =
        new DiscoverySession(reader.delta(), service.limits(), tracker, service.meters());
    session = opened;
    snapshots = service.snapshots().follow(group, this::pumpSoon);
    log.info(
        "discovery stream opened stream={} node={} cluster={} agent={} delta={} peer={}",
        id,
        node.getId(),
        node.getCluster(),
        info.node().userAgent(),
        reader.delta(),
        peer);
    return opened;
  }

  private void pump() {
    if (closed || session == null || snapshots == null) {
      return;
    }
    session.snapshot(snapshots.current());
    while (call.isReady()) {
      Optional<Push> push = session.next(service.nanoTime());
      if (push.isEmpty()) {
        scheduleWake(session);
        return;
      }
      call.sendMessage(push.get());
    }
  }

  private void scheduleWake(DiscoverySession current) {
    long now = service.nanoTime();
    OptionalLong next = current.wakeAt(now);
    long at = next.orElse(Long.MAX_VALUE);
    if (at == wakeAt) {
      return;
    }
    if (wake != null) {
      wake.cancel(false);
      wake = null;
    }
    wakeAt = at;
    if (next.isPresent()) {
      wake = service.timer().schedule(this::woken, Math.max(0, at - now), TimeUnit.NANOSECONDS);
    }
  }

  private void woken() {
    tasks.execute(() -> {
      wakeAt = Long.MAX_VALUE;
      wake = null;
      pump();
    });
  }

  private void close(Status status, Ending ending) {
    if (!closed) {
      call.close(status, new Metadata());
      end(ending, ending == Ending.GOODBYE ? "the client said goodbye" : status.toString());
    }
  }

  private void end(Ending ending, String reason) {
    if (closed) {
      return;
    }
    closed = true;
    if (wake != null) {
      wake.cancel(false);
    }
    if (snapshots != null) {
      snapshots.close();
    }
    service.ended();
    tracker.closed(ending, reason);
    log.info("discovery stream ended stream={} reason=\"{}\"", id, reason);
  }
}
