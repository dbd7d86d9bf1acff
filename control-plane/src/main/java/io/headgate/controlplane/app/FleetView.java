package io.headgate.controlplane.app;

import io.headgate.controlplane.discovery.DiscoveryTracker;
import io.headgate.controlplane.fleetstate.ClientEvents;
import io.headgate.controlplane.fleetstate.Expected;
import io.headgate.controlplane.fleetstate.GroupView;
import io.headgate.controlplane.fleetstate.NackedObject;
import io.headgate.controlplane.fleetstate.ProxyIdentity;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.GroupSnapshot;
import io.headgate.controlplane.snapshot.NodeGroup;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.ResourceSet;
import io.headgate.controlplane.snapshot.ResourceType;
import io.headgate.controlplane.snapshot.SetVersion;
import io.headgate.controlplane.snapshot.SnapshotSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Joins discovery and snapshots to the fleet state, which knows neither: tells it what streams do,
 * and answers what a proxy's group has.
 *
 * <p>Thread: any.
 */
final class FleetView implements GroupView, DiscoveryTracker {
  private final SnapshotSource snapshots;
  private final Supplier<Origin> published;
  private final Runnable onChange;
  private final Map<String, Followed> proxies = new ConcurrentHashMap<>();
  private final Map<ResourceSet, Expected> expected =
      Collections.synchronizedMap(new WeakHashMap<>());
  private volatile @Nullable ClientEvents events;

  /** The group of one proxy, followed while any stream of it is open. */
  private static final class Followed {
    private final NodeGroup group;
    private final SnapshotSource.Subscription subscription;
    private final AtomicLong streams = new AtomicLong(1);

    Followed(NodeGroup group, SnapshotSource.Subscription subscription) {
      this.group = group;
      this.subscription = subscription;
    }
  }

  /**
   * @param published what the newest snapshots come from
   * @param onChange called when a group's snapshot changed; must only hand over
   */
  FleetView(SnapshotSource snapshots, Supplier<Origin> published, Runnable onChange) {
    this.snapshots = snapshots;
    this.published = published;
    this.onChange = onChange;
  }

  /** Whom to tell; before the first stream. */
  void tell(ClientEvents listener) {
    events = listener;
  }

  @Override
  public Published published() {
    Origin origin = published.get();
    return new Published(origin.incarnation(), origin.revision());
  }

  @Override
  public Expected expected(ProxyIdentity proxy, String typeUrl) {
    Optional<ResourceType> type = ResourceType.ofTypeUrl(typeUrl);
    if (type.isEmpty()) {
      return Expected.NOTHING;
    }
    ResourceSet set = snapshot(proxy.nodeId()).of(type.get());
    return expected.computeIfAbsent(set, FleetView::expected);
  }

  private static Expected expected(ResourceSet set) {
    SetVersion version = new SetVersion();
    Map<String, String> versions = new HashMap<>();
    set.byName()
        .forEach((name, resource) -> {
          version.add(resource);
          versions.put(name, resource.version());
        });
    return new Expected(version.toString(), versions);
  }

  @Override
  public List<NackedObject> origins(
      ProxyIdentity proxy, String typeUrl, Collection<String> resources) {
    List<NackedObject> found = new ArrayList<>();
    ResourceType.ofTypeUrl(typeUrl)
        .ifPresent(type -> {
          ResourceSet set = snapshot(proxy.nodeId()).of(type);
          for (String name : resources) {
            EncodedResource resource = set.get(name);
            if (resource != null) {
              resource
                  .owners()
                  .forEach(owner ->
                      found.add(
                          new NackedObject(name, owner.key(), owner.author(), owner.revision())));
            }
          }
        });
    return found;
  }

  private GroupSnapshot snapshot(String nodeId) {
    Followed followed = proxies.get(nodeId);
    return followed == null ? GroupSnapshot.EMPTY : followed.subscription.current();
  }

  @Override
  public StreamTracker opened(StreamInfo info) {
    ClientEvents listener = events;
    if (listener == null || info.node().id().isEmpty()) {
      return StreamTracker.NONE;
    }
    follow(info.node().id(), info.group());
    String stream = "xds-" + info.id();
    listener.connected(stream, identity(info));
    return new Stream(stream, info, listener);
  }

  private void follow(String nodeId, NodeGroup group) {
    proxies.compute(
        nodeId,
        (node, known) -> {
          if (known != null && known.group.equals(group)) {
            known.streams.incrementAndGet();
            return known;
          }
          Followed fresh = new Followed(group, snapshots.follow(group, onChange));
          if (known != null) {
            fresh.streams.addAndGet(known.streams.get());
            known.subscription.close();
          }
          return fresh;
        });
  }

  private void unfollow(String nodeId) {
    proxies.computeIfPresent(
        nodeId,
        (node, known) -> {
          if (known.streams.decrementAndGet() > 0) {
            return known;
          }
          known.subscription.close();
          return null;
        });
  }

  private static ProxyIdentity identity(StreamInfo info) {
    String agent = info.node().userAgent();
    int space = agent.indexOf(' ');
    return new ProxyIdentity(
        info.node().id(),
        info.node().cluster(),
        space < 0 ? agent : agent.substring(0, space),
        space < 0 ? "" : agent.substring(space + 1),
        info.group().gateways().map(names -> List.copyOf(new TreeSet<>(names))).orElse(List.of()));
  }

  /** One stream; its calls come one after the other. */
  private final class Stream implements StreamTracker {
    private final String id;
    private final StreamInfo info;
    private final ClientEvents listener;
    private final Map<ResourceType, Map<String, String>> held = new HashMap<>();
    private final Map<ResourceType, Set<String>> names = new HashMap<>();

    Stream(String id, StreamInfo info, ClientEvents listener) {
      this.id = id;
      this.info = info;
      this.listener = listener;
    }

    @Override
    public void sent(Sent sent) {
      Set<String> known = names(sent.type());
      sent.resources().forEach(resource -> known.add(resource.name()));
      known.removeAll(sent.removed());
      subscribed(sent.type());
      listener.sent(id, url(sent.type()), version(sent), sent.origin().revision());
    }

    @Override
    public void acked(Sent sent) {
      Map<String, String> versions = held(sent.type());
      if (!info.delta() && sent.type().fullSet()) {
        versions.clear();
      }
      sent.resources().forEach(resource -> versions.put(resource.name(), resource.version()));
      versions.keySet().removeAll(sent.removed());
      listener.acked(
          id, url(sent.type()), version(sent), sent.origin().revision(), Map.copyOf(versions));
    }

    @Override
    public void nacked(Nack nack) {
      Sent sent = nack.sent();
      listener.nacked(
          id,
          url(sent.type()),
          version(sent),
          sent.origin().revision(),
          nack.message(),
          nack.named());
    }

    @Override
    public void known(ResourceType type, Map<String, String> versions) {
      held(type).putAll(versions);
      names(type).addAll(versions.keySet());
      subscribed(type);
      listener.acked(
          id,
          url(type),
          snapshotVersion(type),
          snapshot(info.node().id()).origin().revision(),
          Map.copyOf(held(type)));
    }

    @Override
    public void unsubscribed(ResourceType type, List<String> left) {
      left.forEach(held(type)::remove);
      names(type).removeAll(left);
      subscribed(type);
    }

    @Override
    public void closed(Ending ending, String reason) {
      switch (ending) {
        case GOODBYE -> listener.left(id);
        case LOST -> listener.disconnected(id);
      }
      unfollow(info.node().id());
    }

    private void subscribed(ResourceType type) {
      boolean wildcard = type.fullSet() && info.group().kind() != NodeGroup.ClientKind.GRPC;
      listener.subscribed(id, url(type), wildcard, names(type));
    }

    /** A delta response's own version is a revision: what it leads to is the group's set. */
    private String version(Sent sent) {
      return info.delta() ? snapshotVersion(sent.type()) : sent.version();
    }

    private String snapshotVersion(ResourceType type) {
      return expected
          .computeIfAbsent(snapshot(info.node().id()).of(type), FleetView::expected)
          .version();
    }

    private Map<String, String> held(ResourceType type) {
      return held.computeIfAbsent(type, key -> new HashMap<>());
    }

    private Set<String> names(ResourceType type) {
      return names.computeIfAbsent(type, key -> new TreeSet<>());
    }

    private static String url(ResourceType type) {
      return type.typeUrl();
    }
  }
}
