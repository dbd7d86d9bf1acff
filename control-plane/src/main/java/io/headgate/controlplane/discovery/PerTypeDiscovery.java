package io.headgate.controlplane.discovery;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.controlplane.server.DefaultExecutorGroup;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.controlplane.server.serializer.ProtoResourcesSerializer;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.headgate.controlplane.snapshot.SnapshotSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services that carry one type each (CDS, EDS, LDS, RDS), state of the world, served by
 * java-control-plane over our snapshots.
 *
 * <p>What that library gets wrong on a stream is kept from it: nodes are remembered and refusals
 * are not answered with the same content ({@link PerTypeStream}). Its incremental services are
 * refused by name, and its aggregated one is not offered: {@link AggregatedDiscovery} serves both
 * variants.
 *
 * <p>Thread: any.
 */
public final class PerTypeDiscovery {
  private static final Logger log = LoggerFactory.getLogger(PerTypeDiscovery.class);

  private final SnapshotSource snapshots;
  private final DiscoveryTracker tracker;
  private final Executor executor;
  private final AtomicLong ids = new AtomicLong(1L << 32);
  private final V3DiscoveryServer server;

  /**
   * Makes the services.
   *
   * @param executor what streams run on
   */
  public PerTypeDiscovery(SnapshotSource snapshots, DiscoveryTracker tracker, Executor executor) {
    this.snapshots = snapshots;
    this.tracker = tracker;
    this.executor = executor;
    this.server =
        new V3DiscoveryServer(List.of(), new Watcher(), new DefaultExecutorGroup(), new Packed());
  }

  /** The services to add to a server. */
  public List<ServerServiceDefinition> services() {
    ServerInterceptor streams = new Streams();
    return List.of(
        ServerInterceptors.intercept(server.getClusterDiscoveryServiceImpl(), streams),
        ServerInterceptors.intercept(server.getEndpointDiscoveryServiceImpl(), streams),
        ServerInterceptors.intercept(server.getListenerDiscoveryServiceImpl(), streams),
        ServerInterceptors.intercept(server.getRouteDiscoveryServiceImpl(), streams));
  }

  SnapshotSource snapshots() {
    return snapshots;
  }

  DiscoveryTracker tracker() {
    return tracker;
  }

  Executor executor() {
    return executor;
  }

  void failed(RuntimeException failure) {
    log.error("per-type discovery stream failed", failure);
  }

  /** Gives each call its stream state. */
  private final class Streams implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
      if (!method.startsWith("Stream")) {
        call.close(
            Status.UNIMPLEMENTED.withDescription(
                method
                    + " is not served: use the aggregated discovery service or the Stream method"),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      PerTypeStream stream =
          new PerTypeStream(
              PerTypeDiscovery.this,
              new PerTypeStream.Call(
                  ids.incrementAndGet(),
                  String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
                  String.valueOf(call.getMethodDescriptor().getServiceName()),
                  Confidentiality.of(call.getAttributes())));
      Context context = Context.current().withValue(PerTypeStream.KEY, stream);
      return new SimpleForwardingServerCallListener<>(
          Contexts.interceptCall(context, call, headers, next)) {
        @Override
        public void onHalfClose() {
          stream.close(DiscoveryTracker.Ending.GOODBYE);
          super.onHalfClose();
        }

        @Override
        public void onCancel() {
          stream.close(DiscoveryTracker.Ending.LOST);
          super.onCancel();
        }

        @Override
        public void onComplete() {
          stream.close(DiscoveryTracker.Ending.LOST);
          super.onComplete();
        }
      };
    }
  }

  /** Answers the library's watches from the stream that the current call belongs to. */
  private static final class Watcher implements ConfigWatcher {
    @Override
    public Watch createWatch(
        boolean ads,
        XdsRequest request,
        Set<String> knownResourceNames,
        Consumer<Response> responses,
        boolean hasClusterChanged,
        boolean allowDefaultEmptyEdsUpdate) {
      Watch watch = new Watch(ads, allowDefaultEmptyEdsUpdate, request, responses);
      PerTypeStream.KEY.get().request(request, watch);
      return watch;
    }

    @Override
    public DeltaWatch createDeltaWatch(
        DeltaXdsRequest request,
        String requesterVersion,
        Map<String, String> resourceVersions,
        Set<String> pendingResources,
        boolean isWildcard,
        Consumer<DeltaResponse> responses,
        boolean hasClusterChanged) {
      throw new IllegalStateException("incremental calls are refused before they get here");
    }
  }

  /** Resources come packed already. */
  private static final class Packed implements ProtoResourcesSerializer {
    @Override
    public Any serialize(Message resource, Resources.ApiVersion apiVersion) {
      return resource instanceof Any any ? any : Any.pack(resource);
    }
  }
}
