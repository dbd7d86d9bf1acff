package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.host;
import static io.headgate.controlplane.compile.TestFleet.override;
import static io.headgate.controlplane.compile.TestFleet.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Host;
import io.headgate.xds.model.endpoint.Endpoint.HealthStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What hosts, weights and overrides become. */
class HostCompilationTest extends CompilerFixture {
  @Test
  void weightsMultiplyAndOverridesRule() {
    fleet.put(service("shop", 80));
    fleet.hosts(
        "shop",
        host(
            "shop",
            "a",
            "10.0.0.1",
            new Host.Details(2, "z1", false, Map.of("p80", 9000), Map.of()),
            null,
            0.5),
        host("shop", "b", "10.0.0.2", new Host.Details(1, null, true, Map.of(), Map.of()), null, 1),
        host(
            "shop",
            "c",
            "10.0.0.3",
            Host.Details.NONE,
            override("shop", "c", 0.25, false, false),
            1),
        host(
            "shop",
            "d",
            "10.0.0.4",
            Host.Details.NONE,
            override("shop", "d", null, true, false),
            1),
        host(
            "shop",
            "e",
            "10.0.0.5",
            Host.Details.NONE,
            override("shop", "e", null, false, true),
            1));
    assertThat(endpoints())
        .extracting(l ->
            l.priority()
                + " "
                + l.locality().zone()
                + " "
                + l.endpoints().stream().map(FleetCompilerTest::text).toList())
        .containsExactly(
            "0  [10.0.0.3:8080 HEALTHY 250]",
            "0 z1 [10.0.0.1:9000 HEALTHY 1000]",
            "1  [10.0.0.2:8080 DRAINING 1000, 10.0.0.4:8080 DRAINING 1000, 10.0.0.5:8080 UNHEALTHY"
                + " 1000]");
    assertThat(
            endpoints().get(1).endpoints().getFirst().metadata().get("headgate").number("fleet", 0))
        .isEqualTo(0.5);
    assertThat(
            endpoints()
                .get(1)
                .endpoints()
                .getFirst()
                .metadata()
                .get("headgate")
                .string("instance", ""))
        .isEqualTo("a");
  }

  @Test
  void hostsThatAllLeaveKeepTheFirstPriority() {
    fleet.put(service("shop", 80));
    fleet.hosts(
        "shop",
        host(
            "shop", "a", "10.0.0.1", new Host.Details(1, null, true, Map.of(), Map.of()), null, 1));
    assertThat(endpoints()).hasSize(1);
    assertThat(endpoints().getFirst().priority()).isZero();
    assertThat(endpoints().getFirst().endpoints().getFirst().health())
        .isEqualTo(HealthStatus.DRAINING);
  }
}
