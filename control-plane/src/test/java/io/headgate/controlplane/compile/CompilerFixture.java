package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.fleet.Kind;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.HttpConnectionManager;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.route.Route;
import java.util.List;
import java.util.Objects;

/** A fleet that a test fills, and what it compiles to. */
abstract class CompilerFixture {
  final FleetCompiler compiler;
  final TestFleet fleet = new TestFleet();

  CompilerFixture() {
    this(ValueCheck.NONE);
  }

  /**
   * @param check what judges the compiled values
   */
  CompilerFixture(ValueCheck check) {
    compiler = new FleetCompiler(check);
  }

  CompiledFleet compile() {
    return compiler.compile(fleet.image());
  }

  private CompiledGateway web() {
    return Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")));
  }

  final Listener webListener() {
    return Objects.requireNonNull(web().listeners().get(80)).value();
  }

  final HttpConnectionManager manager() {
    return (HttpConnectionManager) webListener().filterChains().getFirst().terminalFilter();
  }

  final RouteConfiguration table() {
    return Objects.requireNonNull(web().routes().get(80)).value();
  }

  final List<Route> routes() {
    assertThat(table().virtualHosts()).hasSize(1);
    return table().virtualHosts().getFirst().routes();
  }

  private CompiledService shop() {
    return Objects.requireNonNull(compile().services().get(key(Kind.SERVICE, "shop")));
  }

  final Cluster cluster() {
    return Objects.requireNonNull(shop().clusters().get("default/shop:80")).value();
  }

  final List<LocalityEndpoints> endpoints() {
    return Objects.requireNonNull(shop().endpoints().get("default/shop:80")).value().localities();
  }

  static String text(Endpoint endpoint) {
    return endpoint.address() + " " + endpoint.health() + " " + endpoint.weight();
  }
}
