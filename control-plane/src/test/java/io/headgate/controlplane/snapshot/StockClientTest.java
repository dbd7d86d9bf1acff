package io.headgate.controlplane.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.TestFleet;
import io.headgate.controlplane.snapshot.NodeGroup.ClientKind;
import io.headgate.xds.codec.listener.ListenerDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing of Headgate's own is sent to a client that does not say it has it. */
class StockClientTest {
  private static final String OWN = "headgate.extensions.v1";

  private final TestFleet fleet = new TestFleet();
  private final SnapshotStore store = new SnapshotStore();

  private static NodeGroup group(ClientKind kind, Set<String> capabilities) {
    return new NodeGroup("edge", Optional.empty(), kind, capabilities, true);
  }

  private String sent(NodeGroup group, ResourceType type) {
    EncodedResource resource =
        Objects.requireNonNull(store.current(group).of(type).get("default/web/80"));
    return new String(resource.any(), StandardCharsets.ISO_8859_1);
  }

  private void publish() {
    fleet.putOneRoute();
    fleet.apply(
        """
        apiVersion: gateway.headgate.io/v1
        kind: ClientTrafficPolicy
        metadata: {name: p}
        spec:
          targetRefs: [{kind: Gateway, name: web}]
          connection: {requestRate: {requests: 5}}
          body: {routes: [{route: {name: r}, maxBytes: 1Mi}]}
          headers: {via: kept-by-all}
        """);
    store.publish(fleet.image(), fleet.delta());
  }

  @Test
  void whoSaysItHasTheExtensionsGetsThem() {
    publish();
    NodeGroup own = group(ClientKind.HEADGATE, ListenerDecoder.extensionTypeUrls());
    assertThat(sent(own, ResourceType.LISTENER))
        .contains(OWN + ".HttpLimits", OWN + ".ClientLimits", "kept-by-all");
    assertThat(sent(own, ResourceType.ROUTES)).contains(OWN + ".HttpLimitsPerRoute");
  }

  @Test
  void whoDoesNotGetsTheRest() {
    publish();
    for (Set<String> capabilities :
        List.of(
            Set.<String>of(),
            Set.of("envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication"),
            Set.of("type.googleapis.com/" + OWN + ".HttpLimits"))) {
      NodeGroup stock = group(ClientKind.ENVOY, capabilities);
      assertThat(sent(stock, ResourceType.LISTENER)).doesNotContain(OWN).contains("kept-by-all");
      assertThat(sent(stock, ResourceType.ROUTES)).doesNotContain(OWN);
    }
  }
}
