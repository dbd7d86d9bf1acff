package io.headgate.controlplane.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.controlplane.EtcdServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HostRegistrarTest {
  private static final String KEY = "/headgate/v1/hosts/default/cart/a";

  @Test
  void registersAgainAfterALostLeaseAndLeavesInTwoSteps() throws Exception {
    HostRegistrar.Registration registration =
        new HostRegistrar.Registration(
            "hosts/default/cart/a", "serving", "draining", Duration.ofSeconds(2));
    try (EtcdServer etcd = EtcdServer.start();
        ExecutorService leaving = Executors.newSingleThreadExecutor()) {
      HostRegistrar registrar =
          HostRegistrar.register(EtcdConfig.of(etcd.endpoint()), registration);
      until(() -> etcd.get(KEY).equals("serving"));
      assertThat(registrar.isRegistered()).isTrue();

      List<String> leases = etcd.ctl("lease", "list").lines().skip(1).toList();
      leases.forEach(lease -> etcd.ctl("lease", "revoke", lease.strip()));
      assertThat(etcd.get(KEY)).isEmpty();
      until(() -> etcd.get(KEY).equals("serving"));

      Future<?> closed = leaving.submit(registrar::close);
      until(() -> etcd.get(KEY).equals("draining"));
      closed.get(10, TimeUnit.SECONDS);
      assertThat(etcd.get(KEY)).isEmpty();
      assertThat(etcd.ctl("lease", "list").lines().skip(1).toList()).isEmpty();
    }
  }

  private static void until(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(12, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .until(condition::getAsBoolean);
  }
}
