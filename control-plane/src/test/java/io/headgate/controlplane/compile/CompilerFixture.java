package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Kind;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.route.Route;
import java.util.List;
import java.util.Objects;

/** A fleet that a test fills, and what it compiles to. */
abstract class CompilerFixture {
  final FleetCompiler compiler = new FleetCompiler(ValueCheck.NONE);
  final TestFleet fleet = new TestFleet();

  final CompiledFleet compile() {
    return compiler.compile(fleet.image());
  }

  final RouteConfiguration table() {
    CompiledGateway web =
        Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")));
    return Objects.requireNonNull(web.routes().get(80)).value();
  }

  final List<Route> routes() {
    assertThat(table().virtualHosts()).hasSize(1);
    return table().virtualHosts().getFirst().routes();
  }

  final List<LocalityEndpoints> endpoints() {
    CompiledService shop =
        Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop")));
    return Objects.requireNonNull(shop.endpoints().get("default/shop:80")).value().localities();
  }

  static String text(Endpoint endpoint) {
    return endpoint.address() + " " + endpoint.health() + " " + endpoint.weight();
  }
}
