package io.headgate.dataplane.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.StreamInfo;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests are counted by the names of routes, and by nothing else of a request. */
class RouteMetersTest {
  private final Meters meters = new Meters();
  private final RouteMeters routes = new RouteMeters(meters.scope("headgate"));

  private void answered(String host, String route, int status) {
    StreamInfo info = new StreamInfo(MemoryConnection.INFO, 1, 1, 1);
    info.virtualHostName = host;
    info.routeName = route;
    info.responseCode = status;
    routes.answered(info);
  }

  private Map<String, Long> counted() {
    Map<String, Long> counted = meters.counters("headgate");
    counted.values().removeIf(value -> value == 0);
    return counted;
  }

  @Test
  void requestsOfRoutesWithNamesAreCounted() {
    answered("shop", "cart", 200);
    answered("shop", "cart", 204);
    answered("shop", "cart", 503);
    answered("other shop", "cart", 404);
    answered("shop", "", 200);
    answered("shop", "cart", 0);
    assertThat(counted())
        .isEqualTo(
            Map.of(
                "headgate.vhost.shop.route.cart.requests_2xx_total", 2L,
                "headgate.vhost.shop.route.cart.requests_5xx_total", 1L,
                "headgate.vhost.other shop.route.cart.requests_4xx_total", 1L));
    assertThat(meters.all())
        .allSatisfy(meter -> {
          assertThat(meter.series().family()).isEqualTo("headgate_vhost_route_requests_total");
          assertThat(meter.series().labels()).contains("virtual_host", "route", "code_class");
        });
  }

  @Test
  void routesBeyondABoundCountTogether() {
    for (int i = 0; i < 2500; i++) {
      answered("shop", "route-" + i, 200);
    }
    answered("shop", "route-0", 200);
    assertThat(counted())
        .hasSize(2001)
        .containsEntry("headgate.vhost.other.route.other.requests_2xx_total", 500L)
        .containsEntry("headgate.vhost.shop.route.route-0.requests_2xx_total", 2L);
  }
}
