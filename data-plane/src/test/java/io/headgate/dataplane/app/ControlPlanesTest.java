package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.xds.stream.ControlPlane;
import io.headgate.xds.model.bootstrap.Bootstrap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Where control planes are, by the bootstrap's clusters. */
class ControlPlanesTest {
  @Test
  void aClusterIsAGroupAtPortsOrAtUnixSockets() throws Exception {
    Bootstrap bootstrap =
        Proxies.bootstrap(
            Sample.dynamic(18_000, 18_001)
                    .replace(
                        "grpc_services: [", "grpc_services: [{envoy_grpc: {cluster_name: local}}, ")
                + """
                  - name: local
                    load_assignment:
                      cluster_name: local
                      endpoints:
                      - lb_endpoints:
                        - endpoint: {address: {pipe: {path: /run/cp/one.sock}}}
                        - endpoint: {address: {pipe: {path: /run/cp/two.sock}}}
                """);
    List<List<ControlPlane>> groups =
        ControlPlanes.of(bootstrap, Objects.requireNonNull(bootstrap.dynamicResources().ads()));
    assertThat(groups.stream().map(group -> group.stream().map(ControlPlane::label).toList()))
        .containsExactly(
            List.of("/run/cp/one.sock", "/run/cp/two.sock"),
            List.of("127.0.0.1:18000", "127.0.0.1:18001"));
  }
}
