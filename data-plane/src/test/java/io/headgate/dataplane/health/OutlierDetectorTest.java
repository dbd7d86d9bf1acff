package io.headgate.dataplane.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostDescription;
import io.headgate.dataplane.endpoint.HostSet;
import io.headgate.dataplane.lb.HealthEpoch;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutlierDetectorTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private long now = 1;
  private int enforcing = 100;
  private long jitter;
  private final HealthEpoch epoch = new HealthEpoch();
  private HostSet hosts = hostSet(10);
  private final List<OutlierDetector.Kind> told = new ArrayList<>();

  private static HostSet hostSet(int n) {
    List<Host> list = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Endpoint endpoint = new Endpoint(new InetSocketAddress("127.0.0.1", 2000 + i));
      list.add(new Host(endpoint, 1, 0, true, HostDescription.NONE));
    }
    return new HostSet(list);
  }

  private OutlierDetector detector(boolean split, int maxPercent, boolean alwaysOne) {
    return new OutlierDetector(
        new OutlierSettings(
            new OutlierSettings.Thresholds(row(5, 100), row(0, 0), row(3, enforcing)),
            split,
            new OutlierSettings.Times(10 * SECOND, 30 * SECOND, 60 * SECOND, jitter),
            maxPercent,
            alwaysOne),
        () -> hosts,
        epoch,
        () -> now,
        bound -> bound / 2,
        told::add);
  }

  private static OutlierSettings.Row row(int threshold, int enforcing) {
    return new OutlierSettings.Row(threshold, enforcing);
  }

  private Endpoint host(int i) {
    return hosts.hosts().get(i).endpoint();
  }

  private static void fail(OutlierDetector detector, Endpoint endpoint, int times) {
    for (int i = 0; i < times; i++) {
      detector.record(endpoint, OutlierResult.CONNECT_FAILED);
    }
  }

  @Test
  void ejectsAfterExactlyThreeConnectErrors() {
    OutlierDetector detector = detector(true, 10, true);
    fail(detector, host(0), 2);
    assertThat(host(0).outlier().isEjected()).isFalse();
    fail(detector, host(0), 1);
    assertThat(host(0).outlier().isEjected()).isTrue();
    assertThat(detector.active()).isEqualTo(1);
    assertThat(epoch.get()).isEqualTo(1);
    assertThat(host(0).outlier().reason()).isEqualTo("consecutive_local_origin_failure");
  }

  @Test
  void aConnectionInBetweenStartsTheRowAgain() {
    OutlierDetector detector = detector(true, 10, true);
    fail(detector, host(0), 2);
    detector.record(host(0), OutlierResult.CONNECTED);
    fail(detector, host(0), 2);
    assertThat(host(0).outlier().isEjected()).isFalse();
  }

  @Test
  void answersLeaveTheConnectRowAlone() {
    OutlierDetector detector = detector(true, 10, true);
    fail(detector, host(0), 2);
    detector.answered(host(0), 500);
    detector.answered(host(0), 200);
    fail(detector, host(0), 1);
    assertThat(host(0).outlier().isEjected()).isTrue();
  }

  @Test
  void fiveServerErrorsInARowEject() {
    OutlierDetector detector = detector(true, 10, true);
    for (int i = 0; i < 4; i++) {
      detector.answered(host(0), 500);
    }
    detector.answered(host(0), 404);
    for (int i = 0; i < 4; i++) {
      detector.answered(host(0), 503);
    }
    assertThat(host(0).outlier().isEjected()).isFalse();
    detector.answered(host(0), 500);
    assertThat(detector.ejections(OutlierDetector.Kind.CONSECUTIVE_5XX)).isEqualTo(1);
    assertThat(told).containsExactly(OutlierDetector.Kind.CONSECUTIVE_5XX);
  }

  @Test
  void unsplitConnectErrorsCountAsServerErrors() {
    OutlierDetector detector = detector(false, 10, true);
    fail(detector, host(0), 4);
    assertThat(host(0).outlier().isEjected()).isFalse();
    fail(detector, host(0), 1);
    assertThat(host(0).outlier().isEjected()).isTrue();
  }

  @Test
  void theCapHolds() {
    hosts = hostSet(20);
    OutlierDetector detector = detector(true, 10, true);
    for (int i = 0; i < 20; i++) {
      fail(detector, host(i), 3);
    }
    assertThat(detector.active()).isEqualTo(2);
    assertThat(detector.overflows()).isEqualTo(18);
  }

  @Test
  void oneHostMayAlwaysGoOnlyWhenTold() {
    hosts = hostSet(3);
    OutlierDetector never = detector(true, 10, false);
    fail(never, host(0), 3);
    assertThat(never.active()).isZero();
    OutlierDetector always = detector(true, 10, true);
    fail(always, host(0), 3);
    fail(always, host(1), 3);
    assertThat(always.active()).isEqualTo(1);
  }

  @Test
  void comesBackAfterBaseTimesRow() {
    OutlierDetector detector = detector(true, 10, true);
    fail(detector, host(0), 3);
    now += 29 * SECOND;
    detector.tick();
    assertThat(host(0).outlier().isEjected()).isTrue();
    now += SECOND;
    detector.tick();
    assertThat(host(0).outlier().isEjected()).isFalse();
    assertThat(detector.active()).isZero();

    fail(detector, host(0), 3);
    now += 59 * SECOND;
    detector.tick();
    assertThat(host(0).outlier().isEjected()).isTrue();
    now += SECOND;
    detector.tick();
    assertThat(host(0).outlier().isEjected()).isFalse();

    // The product is capped at 60 s.
    fail(detector, host(0), 3);
    now += 60 * SECOND;
    detector.tick();
    assertThat(host(0).outlier().isEjected()).isFalse();
  }

  @Test
  void enforcingIsAChance() {
    // Every roll gives the middle of its range.
    enforcing = 50;
    OutlierDetector never = detector(true, 10, true);
    fail(never, host(0), 3);
    assertThat(never.active()).isZero();
    enforcing = 51;
    OutlierDetector often = detector(true, 10, true);
    fail(often, host(0), 3);
    assertThat(often.active()).isEqualTo(1);
  }

  @Test
  void jitterMakesTheEjectionLonger() {
    jitter = 10 * SECOND;
    OutlierDetector detector = detector(true, 10, true);
    fail(detector, host(0), 3);
    now += 34 * SECOND;
    detector.tick();
    assertThat(detector.active()).isEqualTo(1);
    now += SECOND;
    detector.tick();
    assertThat(detector.active()).isZero();
  }

  @Test
  void aHostThatLeavesGivesItsPlaceBack() {
    OutlierDetector detector = detector(true, 10, true);
    fail(detector, host(0), 3);
    host(0).remove();
    detector.forget(host(0));
    assertThat(detector.active()).isZero();
    fail(detector, host(0), 3);
    assertThat(detector.active()).isZero();
  }
}
