package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.http.ConnectionInfo;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class DrainPlanTest {
  private static final int CONNECTIONS = 1000;
  private static final long DRAIN = TimeUnit.SECONDS.toNanos(600);
  private static final int SLICES = 20;

  private final DrainPlan plan = new DrainPlan(0, DRAIN);

  private static ConnectionInfo connection(long id) {
    InetSocketAddress any = InetSocketAddress.createUnresolved("a", 1);
    return new ConnectionInfo(id, any, any, null);
  }

  /**
   * The most that leave in a twentieth of the drain time, over what would leave if all was even.
   */
  private static double peak(ToLongFunction<ConnectionInfo> moment) {
    int[] slices = new int[SLICES];
    int most = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
      int slice = (int) (moment.applyAsLong(connection(7000 + i)) * SLICES / DRAIN);
      most = Math.max(most, ++slices[slice]);
    }
    return most * (double) SLICES / CONNECTIONS;
  }

  @Test
  void busyConnectionsLeaveEvenly() {
    assertThat(peak(plan::announceAfter)).isLessThan(2);
  }

  @Test
  void idleConnectionsLeaveEvenly() {
    assertThat(peak(plan::closeIdleAfter)).isLessThan(2);
  }

  @Test
  void aConnectionIsToldLongBeforeItIsClosedForBeingIdle() {
    for (int i = 0; i < CONNECTIONS; i++) {
      ConnectionInfo connection = connection(i);
      long told = plan.announceAfter(connection);
      long closed = plan.closeIdleAfter(connection);
      assertThat(closed - told).isGreaterThan(DRAIN / 4);
      assertThat(closed).isLessThan(DRAIN);
      assertThat(plan.announces(connection, told)).isTrue();
      assertThat(plan.announces(connection, told - 1)).isFalse();
    }
  }
}
