package io.headgate.controlplane.snapshot;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.host;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static io.headgate.controlplane.compile.TestFleet.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.controlplane.compile.TestFleet;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.snapshot.NodeGroup.ClientKind;
import io.headgate.fleet.Kind;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {
  private static final NodeGroup ALL =
      new NodeGroup("edge", Optional.empty(), ClientKind.HEADGATE, Set.of(), true);

  private final TestFleet fleet = new TestFleet();
  private final SnapshotStore store = new SnapshotStore();
  private final AtomicInteger changes = new AtomicInteger();

  private void publish() {
    store.publish(fleet.image(), fleet.delta());
  }

  private void shop() {
    fleet.put(
        gateway("web", 80),
        service("shop", 80),
        service("unused", 80),
        route("r", "web", List.of(), rule(prefix("/"), backend("shop", 80, 1))));
    fleet.hosts("shop", host("shop", "a", "10.0.0.1", 1));
  }

  @Test
  void thereIsNothingBeforeTheFirstImage() {
    SnapshotSource.Subscription subscription = store.follow(ALL, changes::incrementAndGet);
    assertThat(subscription.current().origin()).isEqualTo(Origin.NONE);
    publish();
    assertThat(subscription.current().origin().revision()).isEqualTo(1);
    assertThat(changes).hasValue(1);
  }

  @Test
  void aGroupGetsWhatItsRoutesName() {
    shop();
    publish();
    GroupSnapshot snapshot = store.current(ALL);
    assertThat(snapshot.versions(ResourceType.CLUSTER)).containsOnlyKeys("default/shop:80");
    assertThat(snapshot.versions(ResourceType.ENDPOINTS)).containsOnlyKeys("default/shop:80");
    assertThat(snapshot.versions(ResourceType.LISTENER)).containsOnlyKeys("default/web/80");
    assertThat(snapshot.versions(ResourceType.ROUTES)).containsOnlyKeys("default/web/80");
    assertThat(
            store
                .current(
                    new NodeGroup(
                        "x",
                        Optional.of(Set.of("default/other")),
                        ClientKind.ENVOY,
                        Set.of(),
                        true))
                .of(ResourceType.LISTENER)
                .size())
        .isZero();
  }

  @Test
  void anEndpointChangeReplacesOneResource() {
    shop();
    SnapshotSource.Subscription subscription = store.follow(ALL, changes::incrementAndGet);
    publish();
    GroupSnapshot before = subscription.current();
    fleet.hosts("shop", host("shop", "a", "10.0.0.1", 1), host("shop", "b", "10.0.0.2", 1));
    publish();
    GroupSnapshot after = subscription.current();
    assertThat(
            after
                .of(ResourceType.ENDPOINTS)
                .changedSince(before.of(ResourceType.ENDPOINTS).sequence()))
        .contains(Set.of("default/shop:80"));
    assertThat(after.of(ResourceType.CLUSTER)).isSameAs(before.of(ResourceType.CLUSTER));
    assertThat(after.of(ResourceType.ROUTES)).isSameAs(before.of(ResourceType.ROUTES));
    assertThat(changes).hasValue(2);
  }

  @Test
  void aRevisionThatChangesNothingWakesNobody() {
    shop();
    SnapshotSource.Subscription subscription = store.follow(ALL, changes::incrementAndGet);
    publish();
    fleet.edit(edit -> {});
    store.publish(fleet.image(), ConfigDelta.NONE);
    assertThat(changes).hasValue(1);
    assertThat(subscription.current().origin().revision())
        .isEqualTo(fleet.image().provenance().revision());
    subscription.close();
    fleet.hosts("shop");
    publish();
    assertThat(changes).hasValue(1);
  }

  @Test
  void groupsThatSelectAlikeShareTheSnapshot() {
    shop();
    publish();
    NodeGroup other = new NodeGroup("other", Optional.empty(), ClientKind.ENVOY, Set.of(), true);
    SnapshotSource.Subscription one = store.follow(ALL, () -> {});
    SnapshotSource.Subscription two = store.follow(other, () -> {});
    assertThat(one.current()).isSameAs(two.current());
    NodeGroup some =
        new NodeGroup("x", Optional.of(Set.of("default/web")), ClientKind.ENVOY, Set.of(), true);
    assertThat(store.current(some).of(ResourceType.CLUSTER).get("default/shop:80"))
        .isSameAs(one.current().of(ResourceType.CLUSTER).get("default/shop:80"));
  }

  @Test
  void aClientThatCannotCheckTokensGetsNoListenerThatNeedsThem() {
    shop();
    fleet.put(tokens("t", key(Kind.HTTP_ROUTE, "r")));
    publish();
    NodeGroup without =
        new NodeGroup(
            "x",
            Optional.empty(),
            ClientKind.OTHER,
            Set.of("envoy.extensions.filters.http.router.v3.Router"),
            true);
    assertThat(store.current(without).of(ResourceType.LISTENER).size()).isZero();
    assertThat(store.current(ALL).of(ResourceType.LISTENER).size()).isEqualTo(1);
  }

  @Test
  void aPortIsServedForTheOldestGatewayThatWantsIt() {
    shop();
    fleet.put(gateway("another", 80, 81));
    publish();
    assertThat(store.current(ALL).versions(ResourceType.LISTENER))
        .containsOnlyKeys("default/web/80", "default/another/81");
    assertThat(store.current(ALL).versions(ResourceType.ROUTES))
        .containsOnlyKeys("default/web/80", "default/another/81");
    fleet.remove(key(Kind.GATEWAY, "web"));
    publish();
    assertThat(store.current(ALL).versions(ResourceType.LISTENER))
        .containsOnlyKeys("default/another/80", "default/another/81");
  }

  @Test
  void resourcesKnowTheirOwners() {
    shop();
    publish();
    EncodedResource routes =
        Objects.requireNonNull(store.current(ALL).of(ResourceType.ROUTES).get("default/web/80"));
    assertThat(routes.owners())
        .extracting(Owner::key)
        .containsExactly("config/gateway/default/web", "config/httproute/default/r");
    assertThat(routes.owners())
        .allMatch(owner -> owner.author().equals("ann") && owner.revision() == 2);
  }

  @Test
  void anImageThatFailedIsMadeUpForByTheNext() {
    AtomicBoolean broken = new AtomicBoolean();
    ValueCheck failing =
        (ValueCheck)
            Proxy.newProxyInstance(
                ValueCheck.class.getClassLoader(),
                new Class<?>[] {ValueCheck.class},
                (proxy, method, args) -> {
                  if (broken.get()) {
                    throw new IllegalStateException("broken");
                  }
                  return List.of();
                });
    SnapshotStore fragile = new SnapshotStore(failing);
    fleet.put(gateway("web", 80));
    fragile.publish(fleet.image(), fleet.delta());
    broken.set(true);
    fleet.put(gateway("web", 81));
    assertThatThrownBy(() -> fragile.publish(fleet.image(), fleet.delta())).hasMessage("broken");
    assertThat(fragile.current(ALL).versions(ResourceType.LISTENER))
        .containsOnlyKeys("default/web/80");
    broken.set(false);
    fleet.edit(edit -> {});
    fragile.publish(fleet.image(), ConfigDelta.NONE);
    assertThat(fragile.current(ALL).versions(ResourceType.LISTENER))
        .containsOnlyKeys("default/web/81");
  }
}
