package io.headgate.controlplane.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Service;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ImageEditTest {
  private static final ObjectKey CART = new ObjectKey(Kind.SERVICE, "default", "cart");
  private static final HostKey CART_1 = new HostKey("default", "cart", "cart-1");

  @Test
  void namesWhatChangedAndLeavesTheOldImageAlone() {
    ImageEdit edit = ConfigImage.EMPTY.edit().object(CART, cart(5));
    ConfigImage next = edit.finish(Provenance.NONE);

    assertThat(edit.delta().objects()).containsExactly(CART);
    assertThat(next.object(CART, Service.class)).isPresent();
    assertThat(ConfigImage.EMPTY.objects()).isEmpty();
  }

  @Test
  void anEqualValueIsNoChangeAndSharesTheMap() {
    ConfigImage image = ConfigImage.EMPTY.edit().object(CART, cart(5)).finish(Provenance.NONE);
    ImageEdit edit = image.edit().object(CART, cart(5));

    assertThat(edit.delta().isEmpty()).isTrue();
    assertThat(edit.finish(Provenance.NONE)).isEqualTo(image);
  }

  @Test
  void anOverrideChangesItsServiceOnly() {
    HostOverride word =
        new HostOverride(ObjectMeta.of("default", "cart/cart-1"), 0.5, true, false, "");
    ImageEdit edit = ConfigImage.EMPTY.edit().override(CART_1, word);

    assertThat(edit.delta().services()).containsExactly(CART);
    assertThat(edit.delta().objects()).isEmpty();
  }

  @Test
  void aHostWithoutHostsLeavesTheImage() {
    ImageHost host =
        new ImageHost(
            new Host(CART_1, "127.0.0.1", 80, Host.Details.NONE), null, FleetWeight.NEUTRAL, 3, 0);
    ConfigImage with =
        ConfigImage.EMPTY
            .edit()
            .hosts(CART, new ServiceHosts(new TreeMap<>(Map.of("cart-1", host))))
            .finish(Provenance.NONE);
    ImageEdit edit = with.edit().hosts(CART, ServiceHosts.NONE);

    assertThat(with.hosts(CART).hosts()).containsOnlyKeys("cart-1");
    assertThat(edit.finish(Provenance.NONE).services()).isEmpty();
    assertThat(edit.delta().services()).containsExactly(CART);
  }

  @Test
  void theOperatorsWeightReplacesTheHostsOwnAndTheFleetsMultiplies() {
    Host host =
        new Host(CART_1, "127.0.0.1", 80, new Host.Details(2, null, false, Map.of(), Map.of()));
    HostOverride word =
        new HostOverride(ObjectMeta.of("default", "cart/cart-1"), 0.5, false, false, "");

    assertThat(new ImageHost(host, null, new FleetWeight(0.5, List.of()), 1, 0).effectiveWeight())
        .isEqualTo(1.0);
    assertThat(new ImageHost(host, word, new FleetWeight(0.5, List.of()), 1, 0).effectiveWeight())
        .isEqualTo(0.25);
  }

  private static AcceptedObject cart(long revision) {
    Service service =
        new Service(ObjectMeta.of("default", "cart"), List.of(new Service.Port("http", 80, null)));
    return new AcceptedObject(service, revision, "alice", "00", "{}");
  }
}
