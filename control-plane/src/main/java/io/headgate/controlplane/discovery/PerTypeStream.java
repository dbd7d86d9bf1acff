package io.headgate.controlplane.discovery;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.WatchCancelledException;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Context;
import io.headgate.controlplane.discovery.DiscoveryTracker.Ending;
import io.headgate.controlplane.discovery.DiscoveryTracker.Nack;
import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamInfo;
import io.headgate.controlplane.discovery.DiscoveryTracker.StreamTracker;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.GroupSnapshot;
import io.headgate.controlplane.snapshot.NodeGroup;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.Owner;
import io.headgate.controlplane.snapshot.ResourceType;
import io.headgate.controlplane.snapshot.SetVersion;
import io.headgate.controlplane.snapshot.SnapshotSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one stream of a per-type service remembers, which the library that serves it does not: the
 * node of the first message, and what was sent last, so that a refused response is not sent again.
 *
 * <p>Thread: all state is confined to the stream's serial tasks.
 */
final class PerTypeStream {
  static final Context.Key<PerTypeStream> KEY = Context.key("headgate-per-type-stream");

  /** Where a stream comes from. */
  record Call(long id, String peer, String service, boolean confidential) {}

  private final PerTypeDiscovery service;
  private final Call call;
  private final SerialTasks tasks;
  private StreamTracker tracker = StreamTracker.NONE;
  private SnapshotSource.@Nullable Subscription snapshots;
  private @Nullable Watch watch;
  private @Nullable XdsRequest request;
  private @Nullable Sent lastSent;
  private String clientVersion = "";
  private Set<String> answered = Set.of();
  private boolean closed;

  PerTypeStream(PerTypeDiscovery service, Call call) {
    this.service = service;
    this.call = call;
    this.tasks = new SerialTasks(service.executor(), service::failed);
  }

  /** Takes a request that the library found to be current. */
  void request(XdsRequest newest, Watch newWatch) {
    tasks.execute(() -> {
      if (closed) {
        return;
      }
      if (snapshots == null) {
        open(newest.v3Request().getNode());
        clientVersion = newest.getVersionInfo();
      }
      answered(newest);
      request = newest;
      watch = newWatch;
      evaluate();
    });
  }

  /** Ends it; only the first call counts. */
  void close(Ending ending) {
    tasks.execute(() -> {
      if (closed) {
        return;
      }
      closed = true;
      if (snapshots != null) {
        snapshots.close();
        tracker.closed(ending, "closed");
      }
    });
  }

  private void open(Node node) {
    NodeGroup group = NodeGroups.group(node, call.confidential());
    tracker =
        service
            .tracker()
            .opened(
                new StreamInfo(
                    call.id(),
                    NodeGroups.identity(node),
                    group,
                    false,
                    call.peer(),
                    call.service()));
    snapshots = service.snapshots().follow(group, () -> tasks.execute(this::evaluate));
  }

  private void answered(XdsRequest newest) {
    Sent sent = lastSent;
    if (sent == null || newest.getResponseNonce().isEmpty()) {
      return;
    }
    if (!newest.hasErrorDetail()) {
      tracker.acked(sent);
      return;
    }
    String message = newest.v3Request().getErrorDetail().getMessage();
    List<String> all = sent.resources().stream().map(EncodedResource::name).toList();
    List<String> blamed = DiscoverySession.blamed(all, message);
    List<String> named = blamed.isEmpty() ? all : blamed;
    Map<String, List<Owner>> owners = new HashMap<>();
    sent.resources().stream()
        .filter(resource -> named.contains(resource.name()))
        .forEach(resource -> owners.put(resource.name(), resource.owners()));
    tracker.nacked(
        new Nack(sent, newest.v3Request().getErrorDetail().getCode(), message, named, owners));
  }

  /**
   * Answers the open watch if there is anything new: another content, or names that were not asked
   * for before.
   */
  private void evaluate() {
    if (closed || watch == null || request == null || snapshots == null) {
      return;
    }
    GroupSnapshot snapshot = snapshots.current();
    ResourceType type = ResourceType.ofTypeUrl(request.getTypeUrl()).orElse(null);
    if (type == null || snapshot.origin().equals(Origin.NONE)) {
      return;
    }
    Set<String> names = new HashSet<>(request.getResourceNamesList());
    boolean all = names.contains("*") || (names.isEmpty() && type.fullSet() && answered.isEmpty());
    TreeMap<String, EncodedResource> wanted = new TreeMap<>();
    SetVersion version = new SetVersion();
    snapshot
        .of(type)
        .byName()
        .forEach((name, resource) -> {
          if (all || names.contains(name)) {
            wanted.put(name, resource);
            version.add(resource);
          }
        });
    boolean newNames = !answered.containsAll(names);
    String before = lastSent == null ? clientVersion : lastSent.version();
    if (before.equals(version.toString()) && (lastSent == null || !newNames)) {
      return;
    }
    if (lastSent != null && names.isEmpty() && !all) {
      return; // everything was unsubscribed
    }
    respond(type, snapshot.origin(), List.copyOf(wanted.values()), version.toString(), names);
  }

  private void respond(
      ResourceType type,
      Origin origin,
      List<EncodedResource> resources,
      String version,
      Set<String> names) {
    Watch open = watch;
    XdsRequest answers = request;
    if (open == null || answers == null) {
      return;
    }
    List<Any> bodies = new ArrayList<>();
    try {
      for (EncodedResource resource : resources) {
        bodies.add(Any.parseFrom(resource.any()));
      }
      open.respond(Response.create(answers, bodies, version));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a resource of ours is no Any", e);
    } catch (WatchCancelledException e) {
      return; // a newer request has a watch of its own
    }
    Sent sent = new Sent(type, "", version, origin, resources, List.of());
    lastSent = sent;
    answered = names;
    watch = null;
    tracker.sent(sent);
  }
}
