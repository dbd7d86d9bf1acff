package io.headgate.controlplane.loader;

import io.headgate.controlplane.EtcdServer;
import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.store.EtcdConfig;
import io.headgate.controlplane.store.WatchTiming;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.codec.FleetReader;
import io.headgate.fleet.codec.FleetWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** One replica over a real etcd with a fast clock, and what it published. */
final class TestReplica implements AutoCloseable {
  static final ObjectKey CART = new ObjectKey(Kind.SERVICE, "default", "cart");
  static final String PREFIX = "/headgate/v1/";

  final FleetStore store;
  final List<ConfigImage> images = new CopyOnWriteArrayList<>();
  final List<ConfigDelta> deltas = new CopyOnWriteArrayList<>();

  private TestReplica(String endpoint, String id, Path directory, CandidateCheck check) {
    EtcdConfig config =
        new EtcdConfig(
            List.of(URI.create(endpoint)),
            EtcdConfig.DEFAULT_PREFIX,
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(2));
    WatchTiming timing =
        new WatchTiming(
            Duration.ofMillis(500),
            Duration.ofMillis(1500),
            Duration.ofMillis(50),
            Duration.ofMillis(300));
    StoreSettings settings =
        new StoreSettings(
            config,
            id,
            "127.0.0.1:1",
            directory,
            timing,
            Duration.ofSeconds(2),
            Duration.ofMillis(300));
    try {
      store =
          new FleetStore(
              settings,
              check,
              List.of((image, delta) -> {
                images.add(image);
                deltas.add(delta);
              }),
              Clock.systemUTC());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    store.start();
  }

  static TestReplica start(EtcdServer etcd, String id, Path directory) {
    return new TestReplica(etcd.endpoint(), id, directory.resolve(id), CandidateCheck.NONE);
  }

  static TestReplica start(String endpoint, String id, Path directory, CandidateCheck check) {
    return new TestReplica(endpoint, id, directory.resolve(id), check);
  }

  /** A service object as its reader sees it. */
  static ConfigWriter.Wanted service(String name, int port) {
    String json =
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s"},"spec":{"ports":[{"name":"http","port":%d}]}}\
        """
            .formatted(name, port);
    ObjectKey key = new ObjectKey(Kind.SERVICE, "default", name);
    var object = FleetReader.object(json.getBytes(StandardCharsets.UTF_8), key).orThrow();
    return new ConfigWriter.Wanted(object, FleetWriter.storedJson(object));
  }

  static String hostAt(int port) {
    return "{\"Op\":0,\"Addr\":\"127.0.0.1:" + port + "\",\"Metadata\":{}}";
  }

  TestReplica live() {
    return until(() -> store.health().state() == StoreHealth.State.LIVE);
  }

  TestReplica leading() {
    return until(store::isLeader);
  }

  TestReplica until(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(15, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(20))
        .until(condition::getAsBoolean);
    return this;
  }

  /** Waits until the replica has seen everything up to a revision. */
  TestReplica at(long revision) {
    return until(() -> store.image().provenance().revision() >= revision);
  }

  boolean has(ObjectKey key) {
    return store.image().objects().containsKey(key);
  }

  /** The accepted value of an object that must be there. */
  AcceptedObject object(ObjectKey key) {
    return Objects.requireNonNull(store.image().objects().get(key));
  }

  /** A host of the cart that must be there. */
  ImageHost host(String instance) {
    return Objects.requireNonNull(store.image().hosts(CART).hosts().get(instance));
  }

  int hosts() {
    return store.image().hosts(CART).hosts().size();
  }

  @Override
  public void close() {
    store.close();
  }
}
