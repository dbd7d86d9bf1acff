package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.differential.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Generated tables and probes through Headgate and Envoy. */
class RoutingTest {
  private static final boolean FULL = System.getenv("HEADGATE_FULL") != null;
  private static final int TABLES = FULL ? 1_600 : 200;
  private static final int PROBES = FULL ? 6 : 4;
  private static final int SHOWN = 40;
  private static final int SAMPLES = 2;
  private static final int NAMED_AT_MOST = 10;
  private static final long SEED =
      Long.parseLong(Objects.requireNonNullElse(System.getenv("HEADGATE_SEED"), "20261123"));
  private static final List<String> ORIGINS = List.of("a", "b", "c", "mirror", "h1", "h2", "h3");

  private final Map<Difference, Integer> used = new EnumMap<>(Difference.class);
  private final Map<String, List<String>> unexplained = new HashMap<>();
  private int probed;

  @Test
  void generatedTablesRouteAlike() throws IOException {
    Path directory = Files.createTempDirectory("headgate-routing");
    Random random = new Random(SEED);
    Tables draws = new Tables(random);
    List<Table> tables = new ArrayList<>();
    for (int i = 1; i <= TABLES; i++) {
      tables.add(draws.draw(i));
    }
    Probes probes = new Probes(random);
    try (Origins origins = new Origins(ORIGINS);
        RoutedPeer headgate =
            new RoutedPeer(
                "headgate",
                List.of(Installation.find().program("headgate-proxy")),
                tables,
                origins,
                directory);
        RoutedPeer envoy =
            new RoutedPeer(
                "envoy",
                List.of(
                    Objects.requireNonNull(
                        System.getenv("HEADGATE_ENVOY"),
                        "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"),
                    "--disable-hot-restart",
                    "-l",
                    "error"),
                tables,
                origins,
                directory)) {
      for (Table table : tables) {
        for (Probe probe : probes.draw(table, PROBES)) {
          compare(probe, headgate, envoy, origins);
        }
      }
    }
    report();
    assertThat(unexplained.keySet()).isEmpty();
    assertThat(Difference.values()).hasSizeLessThanOrEqualTo(NAMED_AT_MOST);
    if (FULL) {
      assertThat(used.keySet()).containsExactlyInAnyOrder(Difference.values());
    }
  }

  private void compare(Probe probe, RoutedPeer headgate, RoutedPeer envoy, Origins origins)
      throws IOException {
    probed++;
    Message ourAnswer = headgate.run(probe);
    Message theirAnswer = envoy.run(probe);
    if (probe.table().mirrors()) {
      awaitCopies(probe, headgate, envoy, origins);
    }
    List<String> ours = Facts.of(ourAnswer, origins.seen(headgate.name(), probe.id()));
    List<String> theirs = Facts.of(theirAnswer, origins.seen(envoy.name(), probe.id()));
    if (ours.equals(theirs)) {
      return;
    }
    for (Difference each : Difference.values()) {
      if (each.takeOut(probe, ours, theirs)) {
        used.merge(each, 1, Integer::sum);
      }
    }
    if (!Facts.byName(ours).equals(Facts.byName(theirs))) {
      note(probe, ours, theirs);
    }
  }

  /** Copies arrive when they do; one that does not within the time is a difference. */
  private static void awaitCopies(
      Probe probe, RoutedPeer headgate, RoutedPeer envoy, Origins origins) {
    AtomicInteger equal = new AtomicInteger();
    boolean both =
        Await.reached(
            Duration.ofSeconds(2),
            () -> {
              boolean now =
                  origins.seen(headgate.name(), probe.id()).size()
                      == origins.seen(envoy.name(), probe.id()).size();
              // Twice: a copy of both may still be on its way at the first look.
              return (now ? equal.incrementAndGet() : equal.getAndSet(0)) > 2;
            });
    if (!both) {
      System.out.println("copies of probe " + probe.id() + " differ");
    }
  }

  private void note(Probe probe, List<String> ours, List<String> theirs) {
    List<String> onlyOurs = new ArrayList<>(ours);
    theirs.forEach(onlyOurs::remove);
    List<String> onlyTheirs = new ArrayList<>(theirs);
    ours.forEach(onlyTheirs::remove);
    if (onlyOurs.isEmpty() && onlyTheirs.isEmpty()) { // the order
      onlyOurs.addAll(ours);
      onlyTheirs.addAll(theirs);
    }
    String kind = ("headgate " + onlyOurs + " | envoy " + onlyTheirs).replaceAll("\\d+", "N");
    unexplained
        .computeIfAbsent(kind, same -> new ArrayList<>())
        .add(
            probe.table().profile()
                + " "
                + probe
                + "\n    headgate "
                + onlyOurs
                + "\n    envoy    "
                + onlyTheirs
                + "\n    table    "
                + JsonText.of(probe.table().virtualHost()));
  }

  private void report() {
    used.forEach((each, count) -> System.out.println(count + " x " + each + ": " + each.reason()));
    int all = unexplained.values().stream().mapToInt(List::size).sum();
    System.out.println(
        TABLES
            + " tables, "
            + probed
            + " probes, "
            + all
            + " unexplained in "
            + unexplained.size()
            + " kinds");
    unexplained.values().stream()
        .sorted((a, b) -> b.size() - a.size())
        .limit(SHOWN)
        .forEach(kind ->
            System.out.println(
                kind.size()
                    + " x like "
                    + String.join("\n  and ", kind.subList(0, Math.min(SAMPLES, kind.size())))));
  }
}
