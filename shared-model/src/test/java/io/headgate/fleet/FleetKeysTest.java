package io.headgate.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetKeysTest {
  private final FleetKeys keys = FleetKeys.standard();

  @Test
  void everyKeyIsParsedToWhatItWasFormattedFrom() {
    ObjectKey route = new ObjectKey(Kind.HTTP_ROUTE, "shop", "cart");
    HostKey host = new HostKey("shop", "cart", "cart-1");
    List<FleetKey> all =
        List.of(
            new FleetKey.Incarnation(),
            new FleetKey.Config(route),
            new FleetKey.Accepted(route),
            new FleetKey.Previous("ab12"),
            new FleetKey.OfHost(host),
            new FleetKey.OfOverride(host),
            new FleetKey.Weights("shop", "cart"),
            new FleetKey.Hold("expiry/shop/cart"),
            new FleetKey.Release("canary"),
            new FleetKey.Audit("0001"),
            new FleetKey.ControlPlanes("members/a"));

    for (FleetKey key : all) {
      assertThat(keys.parse(keys.format(key))).contains(key);
    }
    assertThat(keys.object(route)).isEqualTo("/headgate/v1/config/httproute/shop/cart");
    assertThat(keys.accepted(route)).isEqualTo("/headgate/v1/accepted/httproute/shop/cart");
    assertThat(keys.object(host.hostKey())).isEqualTo("/headgate/v1/hosts/shop/cart/cart-1");
    assertThat(keys.object(host.overrideKey()))
        .isEqualTo("/headgate/v1/overrides/shop/cart/cart-1");
    assertThat(HostKey.of(host.overrideKey())).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/headgate/v1",
        "/headgate/v1/",
        "/headgate/v2/incarnation",
        "/headgate/v1/incarnation/x",
        "/headgate/v1/config/httproute/shop",
        "/headgate/v1/config/nothing/shop/cart",
        "/headgate/v1/config/host/shop/cart",
        "/headgate/v1/config/httproute//cart",
        "/headgate/v1/hosts/shop/cart",
        "/headgate/v1/hosts/shop/cart/a/b",
        "/headgate/v1/other"
      })
  void aKeyOfAnotherShapeIsNotOurs(String key) {
    assertThat(keys.parse(key)).isEmpty();
  }

  @Test
  void thePrefixIsConfigurable() {
    FleetKeys other = new FleetKeys("/prod/edge/");
    assertThat(other.format(new FleetKey.Incarnation())).isEqualTo("/prod/edge/incarnation");
    assertThat(other.parse("/prod/edge/hosts/a/b/c"))
        .contains(new FleetKey.OfHost(new HostKey("a", "b", "c")));
    assertThatThrownBy(() -> new FleetKeys("/")).isInstanceOf(IllegalArgumentException.class);
  }
}
