package io.headgate.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class DifferentialTest {

  private static final int CASES = 3_000;
  private static final int SHOWN = 40;
  private static final int SAMPLES = 3;
  private static final int NAMED_AT_MOST = 15;

  private final Map<Integer, Case> cases = new ConcurrentHashMap<>();
  private final Map<Difference, Integer> used = new EnumMap<>(Difference.class);
  private final Map<String, List<String>> unexplained = new HashMap<>();

  @Test
  void generatedRequestsEndAlike() throws IOException {
    Path directory = Files.createTempDirectory("headgate-differential");
    Cases drawn = new Cases(20_261_122);
    try (Peer headgate =
            new Peer(
                "headgate",
                List.of(Installation.find().program("headgate-proxy")),
                new RecordingBackend(cases),
                directory);
        Peer envoy =
            new Peer(
                "envoy",
                List.of(
                    Objects.requireNonNull(
                        System.getenv("HEADGATE_ENVOY"),
                        "HEADGATE_ENVOY names the program; deploy/verify.sh sets it"),
                    "--disable-hot-restart",
                    "-l",
                    "warning"),
                new RecordingBackend(cases),
                directory)) {
      for (int id = 1; id <= CASES; id++) {
        Case one = drawn.draw(id);
        cases.put(id, one);
        compare(one, headgate.run(one), envoy.run(one));
      }
    }
    report();
    assertThat(unexplained).isEmpty();
    assertThat(used.keySet()).containsExactlyInAnyOrder(Difference.values());
    assertThat(Difference.values()).hasSizeLessThanOrEqualTo(NAMED_AT_MOST);
  }

  private void compare(Case one, Outcome headgate, Outcome envoy) {
    List<String> ours = headgate.facts(one);
    List<String> theirs = envoy.facts(one);
    if (ours.equals(theirs)) {
      return;
    }
    for (Difference each : Difference.values()) {
      if (each.takeOut(one, ours, theirs)) {
        used.merge(each, 1, Integer::sum);
      }
    }
    if (ours.equals(theirs)) {
      return;
    }
    List<String> onlyOurs = new ArrayList<>(ours);
    theirs.forEach(onlyOurs::remove);
    List<String> onlyTheirs = new ArrayList<>(theirs);
    ours.forEach(onlyTheirs::remove);
    String kind = ("headgate " + onlyOurs + " | envoy " + onlyTheirs).replaceAll("\\d+", "N");
    unexplained
        .computeIfAbsent(kind, same -> new ArrayList<>())
        .add(
            one.profile()
                + " "
                + one.method()
                + " "
                + one.target()
                + " "
                + one.fields()
                + " body "
                + one.body().framing()
                + " answer "
                + one.answer().status()
                + " "
                + one.answer().fields()
                + " "
                + one.answer().body().framing()
                + "\n    headgate "
                + onlyOurs
                + "\n    envoy    "
                + onlyTheirs);
  }

  private void report() {
    used.forEach((each, count) -> System.out.println(count + " x " + each + ": " + each.reason()));
    int all = unexplained.values().stream().mapToInt(List::size).sum();
    System.out.println(
        CASES + " requests, " + all + " unexplained in " + unexplained.size() + " kinds");
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
