package io.headgate.controlplane.compile;

import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.tls.TlsCertificates;
import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Secret;
import io.headgate.xds.model.route.Route;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.value.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which port a redirect names, by those of its rule and of the listener. */
class RedirectCompilationTest extends CompilerFixture {
  @ParameterizedTest
  @CsvSource({
    // listener, redirect → port, and whether proxies leave out one that the scheme has anyway
    "HTTP,8080,,,,0,false",
    "HTTP,8080,https,,,443,true",
    "HTTP,8080,https,h.org,,0,false",
    "HTTP,8080,https,,443,443,true",
    "HTTP,8080,https,,8443,8443,false",
    "HTTP,8080,https,,80,80,false",
    "HTTP,8080,http,,,80,true",
    "HTTP,8080,,h.org,,8080,false",
    "HTTP,8080,,h.org,80,0,false",
    "HTTP,8080,,,80,80,true",
    "HTTP,80,https,,,0,false",
    "HTTP,80,,h.org,,0,false",
    "HTTPS,443,,h.org,,0,false",
    "HTTPS,8443,,h.org,,8443,false",
    "HTTPS,8443,,,443,443,true",
    "HTTPS,443,http,,,0,false",
  })
  void thePortFollowsFromSchemeAndListener(
      Gateway.Protocol protocol,
      int listener,
      @Nullable String scheme,
      @Nullable String host,
      @Nullable Integer port,
      int named,
      boolean silent) {
    fleet.put(
        new Secret(
            new ObjectMeta(
                "cert",
                "default",
                Map.of(),
                Map.of(TlsCertificates.CHAIN_FILE, "/c.pem", TlsCertificates.KEY_FILE, "/k.pem"),
                null,
                null),
            Secret.Type.TLS,
            Map.of()));
    fleet.put(
        new Gateway(
            meta("web"),
            "headgate",
            List.of(
                new Gateway.Listener(
                    "l",
                    null,
                    listener,
                    protocol,
                    protocol == Gateway.Protocol.HTTP
                        ? List.of()
                        : List.of(key(Kind.SECRET, "cert")),
                    AllowedRoutes.SAME_NAMESPACE))),
        route(
            "r",
            "web",
            List.of(),
            rule(prefix("/"), List.of(new HttpFilter.Redirect(scheme, host, null, port, 302)))));
    Route route =
        Objects.requireNonNull(
                Objects.requireNonNull(compile().gateways().get(key(Kind.GATEWAY, "web")))
                    .routes()
                    .get(listener))
            .value()
            .virtualHosts()
            .getFirst()
            .routes()
            .getFirst();
    assertThat(((RouteAction.Redirect) route.action()).port()).isEqualTo(named);
    assertThat(!route.metadata().equals(Metadata.EMPTY)).isEqualTo(silent);
  }
}
