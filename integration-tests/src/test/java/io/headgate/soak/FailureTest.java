package io.headgate.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.soak.BrokenException.Stage;
import io.headgate.soak.Failure.Cause;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is blamed for what; without this the soak test would say little. */
class FailureTest {
  private static final long SECOND = 1_000_000_000;
  private static final long DRAIN = 4 * SECOND;
  private static final String HOST = "127.0.0.1:9";
  private static final String TERMINATED = "503 " + HOST + " UC upstream_reset";
  private static final String REFUSED = "503 " + HOST + " UF,URX connection_failure";
  private static final String TIMED_OUT = "504 " + HOST + " UT response_timeout";

  private final Journal journal = new Journal();

  private Cause cause(String id, boolean retriable, Stage stage, long seconds, String log) {
    long to = System.nanoTime();
    return new Failure("any", id, retriable, stage, "", to - seconds * SECOND, to)
        .cause(journal, AccessLog.Line.of(id + " " + log), DRAIN);
  }

  @Test
  void withoutADeathItIsTheProxy() {
    assertThat(cause("a", false, Stage.REFUSED, 0, TERMINATED)).isEqualTo(Cause.PROXY);
    assertThat(cause("a", false, Stage.BEGUN, 0, TERMINATED)).isEqualTo(Cause.PROXY);
    assertThat(cause("a", false, Stage.NO_ANSWER, 0, TIMED_OUT)).isEqualTo(Cause.PROXY);
  }

  @Test
  void whatDiedWithItsBackendIsTheBackends() {
    journal.killed("a");
    assertThat(cause("a", false, Stage.REFUSED, 0, TERMINATED)).isEqualTo(Cause.BACKEND);
    assertThat(cause("a", true, Stage.BEGUN, 0, TERMINATED)).isEqualTo(Cause.BACKEND);
    assertThat(cause("b", false, Stage.REFUSED, 0, TERMINATED)).isEqualTo(Cause.PROXY);
  }

  @Test
  void whatADeadBackendNeverReadIsItsToo() {
    journal.died(HOST, System.nanoTime());
    assertThat(cause("a", false, Stage.REFUSED, 1, TERMINATED)).isEqualTo(Cause.BACKEND);
    assertThat(cause("a", false, Stage.REFUSED, 1, TERMINATED.replace(HOST, "127.0.0.1:8")))
        .isEqualTo(Cause.PROXY);
  }

  @Test
  void whatMayBeTriedAgainMustBe() {
    journal.killed("a");
    journal.died(HOST, System.nanoTime());
    assertThat(cause("a", true, Stage.REFUSED, 1, TERMINATED)).isEqualTo(Cause.PROXY);
    assertThat(cause("a", false, Stage.REFUSED, 1, REFUSED)).isEqualTo(Cause.PROXY);
  }

  @Test
  void aWrongAnswerIsTheProxysWhateverDied() {
    journal.killed("a");
    assertThat(cause("a", false, Stage.WRONG, 0, "200 " + HOST + " - via_upstream"))
        .isEqualTo(Cause.PROXY);
  }

  @Test
  void onlyOldTunnelsMayEndWithADrain() {
    String open = "101 " + HOST + " - via_upstream";
    assertThat(cause("ws-1", false, Stage.BEGUN, 5, open)).isEqualTo(Cause.DRAIN);
    assertThat(cause("ws-1", false, Stage.BEGUN, 3, open)).isEqualTo(Cause.PROXY);
    assertThat(cause("steady-1", false, Stage.BEGUN, 500, open)).isEqualTo(Cause.PROXY);
    assertThat(cause("h1-1", false, Stage.BEGUN, 5, open)).isEqualTo(Cause.PROXY);
  }

  @Test
  void growthIsThatOfTheLastThirdOverTheMiddleOne() {
    Samples samples = new Samples("g");
    for (long value : new long[] {900, 900, 900, 5, 99, 5, 7, 7, 0}) {
      samples.take(Map.of("g", value));
    }
    assertThat(samples.growth()).isEqualTo(2);
  }
}
