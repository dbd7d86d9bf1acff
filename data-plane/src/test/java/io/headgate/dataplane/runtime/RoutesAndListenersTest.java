package io.headgate.dataplane.runtime;

import static io.headgate.dataplane.runtime.RuntimeHarness.assignment;
import static io.headgate.dataplane.runtime.RuntimeHarness.eds;
import static io.headgate.dataplane.runtime.RuntimeHarness.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.route.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Route tables and listeners: holding, warming, and the socket. */
class RoutesAndListenersTest {
  private final RuntimeHarness harness = new RuntimeHarness().live();

  private void serving() {
    harness.clusters("1", eds("a"));
    harness.endpoints("e1", assignment("a", "10.0.0.1:80"));
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.routes("1", Values.routes("r", "a"));
    harness.advance(Duration.ZERO);
  }

  private RouteTable inForce() {
    RouteLookup lookup = harness.lookups.get("l");
    if (lookup == null) {
      throw new AssertionError("the listener is not open");
    }
    return lookup.table("r").get();
  }

  @Test
  void aListenerWaitsForItsRoutes() {
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    assertThat(harness.asked).endsWith("routes [r]");
    assertThat(harness.sockets).isEmpty();
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "", "1", "routes [r]"));
    harness.routes("1", Values.routes("r", "nowhere"));
    harness.advance(Duration.ZERO);
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "1", "", ""));
  }

  @Test
  void aListenerIsBuiltOnceBeforeItsRoutesAreThere() {
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    assertThat(harness.built).containsExactly("l");
    harness.routes("1", Values.routes("r", "nowhere"));
    harness.advance(Duration.ZERO);
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
    assertThat(harness.built).containsExactly("l");
    RouteTable served = Objects.requireNonNull(harness.tables.get("r")).get();
    assertThat(served).isSameAs(inForce());
    harness.routes("2", Values.routes("r", "elsewhere"));
    harness.advance(RouteTables.HOLD_MAX);
    assertThat(Objects.requireNonNull(harness.tables.get("r")).get()).isNotSameAs(served);
    harness.listeners("2", Values.listener("l", 80, "r", "other"));
    assertThat(harness.built).containsExactly("l", "l");
  }

  @Test
  void aListenerWhoseRoutesDoNotComeServesNone() {
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.runtime.routesSettled("r");
    harness.advance(Duration.ZERO);
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
  }

  @Test
  void aNewTableIsHeldUntilItsClustersAreWarm() {
    serving();
    RouteTable before = inForce();
    harness.clusters("2", eds("b"));
    harness.routes("2", Values.routes("r", "b"));
    assertThat(inForce()).isSameAs(before);
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "1", "2", "clusters [b]"));
    harness.endpoints("e2", assignment("b", "10.0.0.2:80"));
    assertThat(inForce()).isNotSameAs(before);
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "2", "", ""));
  }

  @Test
  void aTableIsHeldForABoundedTimeOnly() {
    serving();
    RouteTable before = inForce();
    harness.routes("2", Values.routes("r", "never"));
    harness.advance(RouteTables.HOLD_MAX.minusMillis(1));
    assertThat(inForce()).isSameAs(before);
    harness.advance(Duration.ofMillis(1));
    assertThat(inForce()).isNotSameAs(before);
  }

  @Test
  void updatesInARowHaveTheTimeOfTheFirstOfThemTogether() {
    serving();
    RouteTable before = inForce();
    harness.routes("2", Values.routes("r", "never"));
    harness.advance(RouteTables.HOLD_MAX.minusMillis(1));
    harness.routes("3", Values.routesBut("r", "never", "gone"));
    assertThat(inForce()).isSameAs(before);
    harness.advance(Duration.ofMillis(1));
    assertThat(inForce()).isNotSameAs(before);
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "3", "", ""));
    harness.routes("4", Values.routes("r", "other"));
    assertThat(state(harness.runtime.routeStates(), "r"))
        .as("the next has a time of its own")
        .isEqualTo(new ServingState("r", "3", "4", "clusters [other]"));
  }

  @Test
  void aClusterThatIsSaidToBeMissingHoldsNothingBack() {
    serving();
    harness.routes("2", Values.routesBut("r", "a", "gone"));
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "2", "", ""));
  }

  @Test
  void aClusterThatTheTableInForceNamesHoldsNoOtherRouteBack() {
    serving();
    harness.routes("2", Values.routes("r", "never"));
    harness.advance(RouteTables.HOLD_MAX);
    RouteTable before = inForce();
    harness.routes("3", Values.routesBut("r", "never", "gone"));
    assertThat(inForce()).isNotSameAs(before);
    harness.routes("4", Values.routes("r", "new"));
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "3", "4", "clusters [new]"));
  }

  @Test
  void aNewerTableReplacesOneThatIsHeld() {
    serving();
    harness.routes("2", Values.routes("r", "never"));
    harness.routes("3", Values.routes("r", "a"));
    RouteTable now = inForce();
    harness.advance(Duration.ofMinutes(1));
    assertThat(inForce()).isSameAs(now);
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "3", "", ""));
  }

  @Test
  void anEqualTableKeepsItsLiveObject() {
    serving();
    RouteTable before = inForce();
    harness.routes("2", Values.routes("r", "a"));
    assertThat(inForce()).isSameAs(before);
    assertThat(state(harness.runtime.routeStates(), "r"))
        .isEqualTo(new ServingState("r", "2", "", ""));
  }

  @Test
  void anEqualListenerTouchesNothingAndAChangedOneKeepsItsSocket() {
    serving();
    harness.listeners("2", Values.listener("l", 80, "r", ""));
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
    harness.listeners("3", Values.listener("l", 80, "r", "other"));
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80", "replace 0.0.0.0:80");
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "3", "", ""));
  }

  @Test
  void aChangedListenerServesItsOldValueUntilTheNewRoutesAreThere() {
    serving();
    harness.listeners("2", Values.listener("l", 80, "r2", ""));
    assertThat(harness.asked).endsWith("routes [r, r2]");
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "1", "2", "routes [r2]"));
    harness.routes("1", Values.routes("r2", "a"));
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80", "replace 0.0.0.0:80");
    assertThat(harness.asked).endsWith("routes [r2]");
  }

  @Test
  void aChangedAddressOpensTheNewSocketBeforeTheOldOneCloses() {
    serving();
    harness.listeners("2", Values.listener("l", 81, "r", ""));
    harness.advance(Duration.ZERO);
    assertThat(harness.sockets)
        .containsExactly("open 0.0.0.0:80", "open 0.0.0.0:81", "close 0.0.0.0:80");
  }

  @Test
  void aBadListenerIsRefusedAndItsNeighboursAreApplied() {
    assertThat(
            harness.listeners(
                "1",
                Values.listener("bad", 81, "r", "unbuildable"),
                Values.listener("good", 80, "r", "")))
        .containsExactly(java.util.Map.entry("bad", "it can not be built"));
    harness.routes("1", Values.routes("r", "a"));
    harness.advance(Duration.ZERO);
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
  }

  @Test
  void theLastGoodListenerStaysWhenItsSuccessorIsRefused() {
    serving();
    assertThat(harness.listeners("2", Values.listener("l", 80, "r", "unbuildable")))
        .containsKey("l");
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80");
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "1", "", ""));
  }

  @Test
  void twoListenersCanNotHaveOneAddress() {
    serving();
    assertThat(harness.listeners("2", Values.listener("m", 80, "r", "")))
        .containsEntry("m", "listener \"l\" has the address 0.0.0.0:80 already");
  }

  @Test
  void aSocketThatCanNotBeOpenedIsTriedAgainAndSaidSo() {
    harness.bindAtOnce = false;
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.routes("1", Values.routes("r", "a"));
    harness.binding.getLast().accept("address in use");
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "", "1", "address in use"));
    harness.advance(Listeners.BIND_RETRY);
    harness.binding.getLast().accept("");
    assertThat(state(harness.runtime.listenerStates(), "l"))
        .isEqualTo(new ServingState("l", "1", "", ""));
  }

  @Test
  void aListenerRemovedWhileItsSocketOpensIsClosedThen() {
    harness.bindAtOnce = false;
    harness.listeners("1", Values.listener("l", 80, "r", ""));
    harness.routes("1", Values.routes("r", "a"));
    harness.removeListeners("l");
    harness.binding.getLast().accept("");
    assertThat(harness.sockets).containsExactly("open 0.0.0.0:80", "close 0.0.0.0:80");
  }

  @Test
  void theStartGoesFromClustersToListenersToSockets() {
    RuntimeHarness start = new RuntimeHarness();
    start.start(List.of(eds("fixed")), List.of(), true);
    assertThat(start.runtime.phase()).isEqualTo(Phase.FIXED_CLUSTERS);
    assertThat(start.asked).containsExactly("endpoints [fixed]");
    start.endpoints("1", assignment("fixed", "10.0.0.1:80"));
    assertThat(start.asked).endsWith("clusters");
    start.clusters("1", eds("a"));
    start.runtime.clustersSettled();
    assertThat(start.runtime.phase()).isEqualTo(Phase.CLUSTERS);
    start.endpoints("1", assignment("a", "10.0.0.1:80"));
    assertThat(start.asked).endsWith("listeners");
    start.listeners("1", Values.listener("l", 80, "r", ""));
    start.runtime.listenersSettled();
    assertThat(start.sockets).isEmpty();
    start.routes("1", Values.routes("r", "a"));
    assertThat(start.runtime.phase()).isEqualTo(Phase.LISTENERS);
    start.advance(Duration.ZERO);
    assertThat(start.runtime.phase()).isEqualTo(Phase.LIVE);
    assertThat(start.phases)
        .containsExactly(Phase.FIXED_CLUSTERS, Phase.CLUSTERS, Phase.LISTENERS, Phase.LIVE);
  }

  @Test
  void aBootstrapListenerThatCanNotBeBoundIsTold() {
    RuntimeHarness start = new RuntimeHarness();
    start.bindAtOnce = false;
    start.start(List.of(), List.of(Values.listener("l", 80, "r", "")), false);
    start.runtime.routesSettled("r");
    start.binding.getLast().accept("in use");
    assertThat(start.bindProblems).containsEntry("l", "in use");
  }
}
