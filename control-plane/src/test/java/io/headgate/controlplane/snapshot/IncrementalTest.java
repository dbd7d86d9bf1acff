package io.headgate.controlplane.snapshot;

import static io.headgate.controlplane.compile.TestFleet.backend;
import static io.headgate.controlplane.compile.TestFleet.gateway;
import static io.headgate.controlplane.compile.TestFleet.host;
import static io.headgate.controlplane.compile.TestFleet.key;
import static io.headgate.controlplane.compile.TestFleet.meta;
import static io.headgate.controlplane.compile.TestFleet.prefix;
import static io.headgate.controlplane.compile.TestFleet.route;
import static io.headgate.controlplane.compile.TestFleet.rule;
import static io.headgate.controlplane.compile.TestFleet.service;
import static io.headgate.controlplane.compile.TestFleet.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.compile.TestFleet;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.BackendSettings;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTrafficPolicy;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.ClientTls;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.ProxyProtocol;
import io.headgate.fleet.Retries;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.fleet.TargetRef;
import io.headgate.xds.codec.listener.ListenerDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the config came about, what is published depends on the config alone. */
class IncrementalTest {
  private static final NodeGroup ALL =
      new NodeGroup("edge", Optional.empty(), NodeGroup.ClientKind.HEADGATE, Set.of(), true);
  private static final NodeGroup OWN =
      new NodeGroup(
          "edge",
          Optional.empty(),
          NodeGroup.ClientKind.HEADGATE,
          ListenerDecoder.extensionTypeUrls(),
          true);
  private static final NodeGroup ONE =
      new NodeGroup(
          "edge", Optional.of(Set.of("default/g1")), NodeGroup.ClientKind.ENVOY, Set.of(), true);

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 6, 11})
  void anyRowOfEditsEndsWhereACompileFromNothingDoes(long seed) {
    edit(seed, IncrementalTest::mutate);
  }

  @Test
  void soDoesOneOfAllKindsOfRoutesAndTheirGrants() {
    Set<String> seen = new TreeSet<>();
    for (long seed : new long[] {3, 5}) {
      seen.addAll(edit(seed, RouteMutations::mutate));
    }
    assertThat(seen).contains("ProtocolConflict", "HostnameConflict", "NotAllowedByListeners");
    assertThat(seen).contains("RefNotPermitted", "BackendNotFound", "Accepted");
  }

  @ParameterizedTest
  @ValueSource(longs = 7)
  void soDoesAnyMixture(long seed) {
    edit(
        seed,
        (edit, random, revision) -> {
          if (random.nextBoolean()) {
            mutate(edit, random, revision);
          } else {
            RouteMutations.mutate(edit, random, revision);
          }
        });
  }

  /** An edit at random. */
  private interface Mutation {
    void apply(ImageEdit edit, SplittableRandom random, long revision);
  }

  /** Edits, compares, and returns the reasons of all conditions on the way. */
  private static Set<String> edit(long seed, Mutation mutation) {
    Set<String> reasons = new TreeSet<>();
    SplittableRandom random = new SplittableRandom(seed);
    TestFleet fleet = new TestFleet();
    SnapshotStore grown = new SnapshotStore();
    SnapshotSource.Subscription all = grown.follow(ALL, () -> {});
    SnapshotSource.Subscription own = grown.follow(OWN, () -> {});
    SnapshotSource.Subscription one = grown.follow(ONE, () -> {});
    grown.publish(fleet.image(), fleet.delta());
    for (int step = 0; step < 48; step++) {
      int edits = 1 + random.nextInt(3);
      fleet.edit(edit -> {
        for (int i = 0; i < edits; i++) {
          mutation.apply(edit, random, fleet.image().provenance().revision() + 1);
        }
      });
      grown.publish(fleet.image(), fleet.delta());
      assertThat(grown.fleet().orElseThrow().allProblems()).isEmpty();
      if (step % 8 == 7) {
        SnapshotStore fresh = new SnapshotStore();
        fresh.publish(fleet.image(), fleet.delta());
        assertThat(content(all.current())).isEqualTo(content(fresh.current(ALL)));
        assertThat(content(own.current())).isEqualTo(content(fresh.current(OWN)));
        assertThat(content(one.current())).isEqualTo(content(fresh.current(ONE)));
        assertThat(conditions(grown, fleet)).isEqualTo(conditions(fresh, fleet));
        assertThat(listeners(grown, fleet)).isEqualTo(listeners(fresh, fleet));
      }
      conditions(grown, fleet).values().stream()
          .flatMap(List::stream)
          .forEach(condition -> reasons.add(condition.reason()));
      listeners(grown, fleet).values().stream()
          .flatMap(List::stream)
          .flatMap(state -> state.conditions().stream())
          .forEach(condition -> reasons.add(condition.reason()));
    }
    return reasons;
  }

  private static Map<String, String> content(GroupSnapshot snapshot) {
    Map<String, String> content = new TreeMap<>();
    for (ResourceType type : ResourceType.all()) {
      snapshot
          .of(type)
          .byName()
          .forEach((name, r) ->
              content.put(type + " " + name, r.version() + " " + r.references() + r.owners()));
    }
    return content;
  }

  private static Map<ObjectKey, List<Condition>> conditions(SnapshotStore store, TestFleet fleet) {
    return fleet.image().objects().keySet().stream()
        .collect(Collectors.toMap(k -> k, k -> store.fleet().orElseThrow().conditions(k)));
  }

  private static Map<ObjectKey, List<ListenerState>> listeners(
      SnapshotStore store, TestFleet fleet) {
    return fleet.image().objects().keySet().stream()
        .filter(key -> key.kind() == Kind.GATEWAY)
        .collect(Collectors.toMap(k -> k, k -> store.fleet().orElseThrow().listeners(k)));
  }

  private static void mutate(ImageEdit edit, SplittableRandom random, long revision) {
    String gateway = "g" + random.nextInt(2);
    String service = "s" + random.nextInt(4);
    String route = "r" + random.nextInt(4);
    boolean remove = random.nextInt(4) == 0;
    switch (random.nextInt(10)) {
      case 0 ->
          set(
              edit,
              withTls(
                  gateway(gateway, random.nextInt(2) == 0 ? new int[] {80} : new int[] {80, 81}),
                  random),
              remove,
              revision);
      case 1 ->
          set(
              edit,
              random.nextBoolean() ? service(service, 80) : service(service, 80, 90),
              remove,
              revision);
      case 2 ->
          set(
              edit,
              route(
                  route,
                  gateway,
                  random.nextBoolean() ? List.of() : List.of("h" + random.nextInt(2) + ".org"),
                  rule(
                      prefix("/" + random.nextInt(3)),
                      backend(service, 80, 1),
                      backend("s" + random.nextInt(4), 90, random.nextInt(3)))),
              remove,
              revision);
      case 3 ->
          set(
              edit,
              tokens("t" + random.nextInt(2), target(random, gateway, route)),
              remove,
              revision);
      case 4 ->
          set(
              edit,
              new ClientTrafficPolicy(
                  meta("c" + random.nextInt(2)),
                  List.of(new TargetRef(key(Kind.GATEWAY, gateway), null)),
                  random.nextBoolean() ? ClientTrafficPolicy.Profile.UPLOAD : null,
                  limits(random, route),
                  random.nextBoolean() ? ClientTls.NONE : clients(random)),
              remove,
              revision);
      case 5 ->
          set(
              edit,
              new BackendTrafficPolicy(
                  meta("b" + random.nextInt(2)),
                  List.of(
                      new TargetRef(
                          random.nextBoolean()
                              ? key(Kind.SERVICE, service)
                              : key(Kind.HTTP_ROUTE, route),
                          null)),
                  new BackendSettings(
                      null,
                      null,
                      BackendSettings.Health.NONE,
                      new Retries(
                          random.nextInt(4),
                          new Retries.On(List.of("5xx"), List.of(), List.of(), List.of()),
                          Retries.PerTry.NONE,
                          null,
                          null,
                          null,
                          random.nextBoolean()),
                      new BackendSettings.Timeouts(
                          null,
                          Duration.ofSeconds(1 + random.nextInt(3)),
                          null,
                          null,
                          null,
                          null,
                          null),
                      new BackendSettings.Connections(
                          null,
                          null,
                          null,
                          null,
                          null,
                          random.nextBoolean() ? null : ProxyProtocol.Version.V2),
                      null)),
              remove,
              revision);
      case 6 -> {
        String name = "ca" + random.nextInt(2);
        FleetObject holder =
            switch (random.nextInt(4)) {
              case 0 -> TestFleet.authority(name);
              case 1 -> TestFleet.roots("default", name);
              case 2 -> TestFleet.certificate(name);
              default -> TestFleet.ticketKeys(name);
            };
        set(edit, holder, remove, revision);
      }
      case 7 ->
          set(
              edit,
              withCertificate(
                  TestFleet.backendTls("t" + random.nextInt(2), service, "ca" + random.nextInt(2)),
                  random),
              remove,
              revision);
      case 8 -> set(edit, CERTIFICATE, remove, revision);
      default ->
          TestFleet.hosts(
              edit,
              service,
              host(service, "a", "10.0.0." + random.nextInt(3), 1),
              host(service, "b", "10.0.1." + random.nextInt(3), 1 + random.nextInt(2)));
    }
  }

  private static final Secret CERTIFICATE =
      new Secret(
          new ObjectMeta(
              "own",
              "default",
              Map.of(),
              Map.of(
                  "headgate.io/certificate-chain-file", "/chain.pem",
                  "headgate.io/private-key-file", "/key.pem"),
              null,
              null),
          Secret.Type.OPAQUE,
          Map.of("note", SecretBytes.of("files")));

  /** A certificate for backends that may be there or not, or none. */
  private static @Nullable ObjectKey certificate(SplittableRandom random) {
    return random.nextBoolean() ? null : key(Kind.SECRET, "ca" + random.nextInt(2));
  }

  /** The same with two listeners that end TLS, and perhaps a certificate for backends. */
  private static Gateway withTls(Gateway plain, SplittableRandom random) {
    List<Gateway.Listener> listeners = new ArrayList<>(plain.listeners());
    for (String host : List.of("h0.org", "h1.org")) {
      listeners.add(
          new Gateway.Listener(
              host,
              host,
              443,
              Gateway.Protocol.HTTPS,
              List.of(CERTIFICATE.key()),
              AllowedRoutes.SAME_NAMESPACE));
    }
    return new Gateway(plain.metadata(), plain.className(), listeners, certificate(random));
  }

  private static BackendTlsPolicy withCertificate(BackendTlsPolicy p, SplittableRandom random) {
    return new BackendTlsPolicy(
        p.metadata(),
        p.targets(),
        p.trust(),
        p.hostname(),
        p.names(),
        random.nextInt(3) > 0 ? null : certificate(random));
  }

  /** Clients are to show certificates of an authority that may be there or not. */
  private static ClientTls clients(SplittableRandom random) {
    return new ClientTls(
        ClientTls.Parameters.NONE,
        List.of(),
        new ClientTls.Validation(
            random.nextBoolean(),
            List.of(
                key(
                    random.nextBoolean() ? Kind.SECRET : Kind.CONFIG_MAP,
                    "ca" + random.nextInt(2))),
            List.of(),
            List.of(),
            List.of(),
            null),
        random.nextBoolean()
            ? null
            : new ClientTls.Sessions(true, true, key(Kind.SECRET, "ca" + random.nextInt(2))),
        ClientTls.Staples.LENIENT,
        null);
  }

  /** A limit for all and one for a route that may be there or not. */
  private static ClientSettings limits(SplittableRandom random, String route) {
    ClientSettings none = ClientSettings.NONE;
    return new ClientSettings(
        none.timeouts(),
        new ClientSettings.Connections(
            null,
            null,
            null,
            null,
            null,
            null,
            random.nextBoolean()
                ? null
                : new ProxyProtocol(random.nextBoolean(), Set.of(ProxyProtocol.Version.V1))),
        new ClientSettings.RequestLimits(
            null,
            null,
            1024 * (1 + random.nextInt(3)),
            List.of(),
            null,
            List.of(
                new ClientSettings.RouteBody(
                    new TargetRef(key(Kind.HTTP_ROUTE, route), null), 1 + random.nextInt(3)))),
        none.protocols(),
        none.headers(),
        none.addresses(),
        ClientTelemetry.NONE);
  }

  private static ObjectKey target(SplittableRandom random, String gateway, String route) {
    return random.nextBoolean() ? key(Kind.GATEWAY, gateway) : key(Kind.HTTP_ROUTE, route);
  }

  private static void set(ImageEdit edit, FleetObject object, boolean remove, long revision) {
    if (remove) {
      edit.object(object.key(), null);
    } else {
      TestFleet.put(edit, object, revision);
    }
  }
}
