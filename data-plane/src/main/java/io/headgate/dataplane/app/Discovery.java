package io.headgate.dataplane.app;

import io.headgate.dataplane.xds.XdsClient;
import io.headgate.dataplane.xds.resource.ConfigSource;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with the control plane; silence where the bootstrap names none. Those with
 * services of secrets end and are saved with it.
 *
 * <p>Thread: the config thread, where a method says no other.
 */
final class Discovery {
  private static final Logger log = LoggerFactory.getLogger(Discovery.class);
  private static final Duration AGE_EVERY = Duration.ofSeconds(1);

  /** More than the client takes, should its thread be busy. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final ConfigThread config;
  private final DiscoveryMeters meters;
  private final SecretServices services;
  private volatile @Nullable XdsClient client;
  private @Nullable LoadReports loadReports;
  private @Nullable CompletableFuture<Void> goodbye;

  Discovery(ConfigThread config, DiscoveryMeters meters, SecretServices services) {
    this.config = config;
    this.meters = meters;
    this.services = services;
  }

  /** Gives it what speaks; to be called before {@link #start}, once at most. Thread: any. */
  void speakThrough(XdsClient xds, LoadReports reports) {
    client = xds;
    loadReports = reports;
  }

  /** Begins to connect. The task runs with every look at the age of what was received. */
  void start(Runnable everySecond) {
    XdsClient xds = client;
    if (xds != null) {
      xds.start();
      age(xds, everySecond);
    }
  }

  private void age(XdsClient xds, Runnable everySecond) {
    everySecond.run();
    Instant now = Instant.now();
    for (ResourceType type : ResourceType.values()) {
      xds.lastUpdate(type).ifPresent(at -> meters.age(type, Duration.between(at, now).toSeconds()));
    }
    var _ = config.xds().schedule(AGE_EVERY, () -> age(xds, everySecond));
  }

  /** What the control plane is told of this proxy has changed. Thread: any. */
  void factsChanged() {
    XdsClient xds = client;
    if (xds != null) {
      xds.factsChanged();
    }
  }

  /** What serves or warms has changed. */
  void configChanged() {
    factsChanged();
    LoadReports reports = loadReports;
    if (reports != null) {
      reports.configChanged();
    }
  }

  /** This process is the only one that writes the last-known-good files. */
  void saveFromNow() {
    services.saveFromNow();
    XdsClient xds = client;
    if (xds != null) {
      xds.saveFromNow();
    }
  }

  /** Where the config in force comes from; none without a control plane. Thread: any. */
  ConfigSource source() {
    XdsClient xds = client;
    return xds == null ? ConfigSource.none("") : xds.source();
  }

  /** The client, where there must be one. */
  XdsClient client() {
    XdsClient xds = client;
    if (xds == null) {
      throw new IllegalStateException("there is no control plane");
    }
    return xds;
  }

  /**
   * Says goodbye, so that the control plane does not take this end for a death, and leaves the last
   * change on disk. Does so once; nothing is written to disk after it.
   *
   * @return completes when it is said, after a bounded time at the latest
   */
  CompletableFuture<Void> sayGoodbye() {
    CompletableFuture<Void> said = goodbye;
    if (said == null) {
      XdsClient xds = client;
      CompletableFuture<Void> ended = services.leave();
      said = xds == null ? ended : CompletableFuture.allOf(xds.stop(), ended);
      goodbye = said;
    }
    return said.copy();
  }

  /** The same, and waits for it. Thread: any but the config thread. */
  void leave() throws InterruptedException {
    try {
      config.call(this::sayGoodbye).get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.atWarn().setCause(e).log("the control plane was left without a goodbye");
    }
  }

  /** The same goodbye, which nobody waits for longer than it can take. */
  CompletableFuture<Void> sayGoodbyeInTime() {
    return sayGoodbye().completeOnTimeout(null, GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
