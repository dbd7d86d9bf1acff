package io.headgate.controlplane.api;

import io.headgate.controlplane.fleetstate.ProxyStatus;
import io.headgate.controlplane.fleetstate.SelfReport;
import io.headgate.controlplane.fleetstate.TlsState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /hygiene}: certificates of all proxies, the next to expire first, and what TLS uses. */
final class HygieneRoutes {
  /** An entry of the allow-list is shown as retiring this long before its end. */
  private static final int RETIRING_DAYS = 365;

  private static final int MONTH = 30;
  private static final int WEEK = 7;

  private final Gate gate;
  private final Backend backend;
  private final Clock clock;

  HygieneRoutes(Gate gate, Backend backend, Clock clock) {
    this.gate = gate;
    this.backend = backend;
    this.clock = clock;
  }

  void register(RoutesConfig routes) {
    routes.get("/api/v1/hygiene", this::hygiene);
  }

  private void hygiene(Context request) {
    gate.require(request, Role.VIEWER);
    Instant now = clock.instant();
    Map<TlsState.Certificate, Set<String>> certificates = new TreeMap<>(BY_END);
    Map<Use, Used> uses = new TreeMap<>(Comparator.comparing(Use::what).thenComparing(Use::name));
    long total = 0;
    for (ProxyStatus proxy : backend.fleet().proxies()) {
      SelfReport report = proxy.report();
      if (report != null) {
        String id = proxy.identity().nodeId();
        total += report.tls().total();
        for (TlsState.Certificate one : report.tls().certificates()) {
          certificates.computeIfAbsent(one, key -> new TreeSet<>()).add(id);
        }
        gather(report.tls(), id, uses);
      }
    }
    ObjectNode answer = Json.object().put("asOf", Json.time(now)).put("certificatesInUse", total);
    ArrayNode ends = answer.putArray("certificates");
    certificates.forEach((one, proxies) -> ends.add(certificate(one, proxies, now)));
    ArrayNode allowList = answer.putArray("allowList");
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    uses.entrySet().stream()
        .map(entry -> use(entry.getKey(), entry.getValue(), today))
        .sorted(Comparator.comparingInt(HygieneRoutes::rank))
        .forEach(allowList::add);
    Json.answer(request, answer);
  }

  private static final Comparator<TlsState.Certificate> BY_END =
      Comparator.comparing(
              TlsState.Certificate::notAfter, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(TlsState.Certificate::place)
          .thenComparing(TlsState.Certificate::name)
          .thenComparing(TlsState.Certificate::subject)
          .thenComparing(TlsState.Certificate::authority)
          .thenComparing(TlsState.Certificate::keyType);

  /** Something that peers may use or have used. */
  private record Use(String what, String name) {}

  /** Where it is allowed, at which proxies, and how often it was used. */
  private static final class Used {
    final Set<String> places = new TreeSet<>();
    final Set<String> proxies = new TreeSet<>();
    long downstream;
    long upstream;
  }

  private static void gather(TlsState tls, String proxy, Map<Use, Used> into) {
    for (TlsState.Allowed allowed : tls.allowed()) {
      Used used = into.computeIfAbsent(new Use(allowed.what(), allowed.name()), key -> new Used());
      used.places.addAll(allowed.places());
      used.proxies.add(proxy);
    }
    for (TlsState.Handshakes handshakes : tls.handshakes()) {
      Used used =
          into.computeIfAbsent(new Use(handshakes.what(), handshakes.name()), key -> new Used());
      used.proxies.add(proxy);
      if (handshakes.side().equals("downstream")) {
        used.downstream += handshakes.count();
      } else {
        used.upstream += handshakes.count();
      }
    }
  }

  private static ObjectNode certificate(
      TlsState.Certificate one, Set<String> proxies, Instant now) {
    ObjectNode node =
        Json.object()
            .put("place", one.place())
            .put("name", one.name())
            .put("kind", one.authority() ? "authority" : "own")
            .put("subject", one.subject())
            .put("keyType", one.keyType())
            .put("notAfter", Json.time(one.notAfter()))
            .put("daysLeft", daysLeft(one.notAfter(), now))
            .put("state", state(one.notAfter(), now));
    one.dnsNames().forEach(node.putArray("dnsNames")::add);
    proxies.forEach(node.putArray("proxies")::add);
    return node;
  }

  private static long daysLeft(@Nullable Instant end, Instant now) {
    return end == null ? 0 : Math.max(0, Duration.between(now, end).toDays());
  }

  private static String state(@Nullable Instant end, Instant now) {
    if (end == null || !now.isBefore(end)) {
      return "expired";
    }
    long days = daysLeft(end, now);
    return days < 1 ? "day" : days < WEEK ? "week" : days < MONTH ? "month" : "good";
  }

  private static ObjectNode use(Use use, Used used, LocalDate today) {
    Optional<Retirements.Entry> entry = Retirements.of(use.what(), use.name());
    String state =
        entry.isEmpty()
            ? "unlisted"
            : entry
                .get()
                .until()
                .map(until ->
                    until.isBefore(today)
                        ? "retired"
                        : until.isBefore(today.plusDays(RETIRING_DAYS)) ? "retiring" : "allowed")
                .orElse("allowed");
    ObjectNode node =
        Json.object()
            .put("what", use.what())
            .put("name", use.name())
            .put("state", state)
            .put(
                "retires",
                entry.flatMap(Retirements.Entry::until).map(LocalDate::toString).orElse(null))
            .put("reason", entry.map(Retirements.Entry::reason).orElse("not on the allow-list"))
            .put("downstream", used.downstream)
            .put("upstream", used.upstream);
    used.places.forEach(node.putArray("places")::add);
    used.proxies.forEach(node.putArray("proxies")::add);
    return node;
  }

  private static int rank(ObjectNode use) {
    return List.of("unlisted", "retired", "retiring", "allowed")
        .indexOf(use.path("state").asString());
  }
}
