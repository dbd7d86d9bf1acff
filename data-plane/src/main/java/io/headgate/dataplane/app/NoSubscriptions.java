package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.ConfigRuntime;
import io.headgate.dataplane.runtime.Subscriptions;
import io.headgate.xds.model.tls.SecretService;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Without a control plane nothing comes but from services of secrets, so that nobody waits for it.
 * Thread: the config thread.
 */
final class NoSubscriptions implements Subscriptions {
  private final Executor thread;
  private final Supplier<ConfigRuntime> runtime;
  private final SecretServices services;

  NoSubscriptions(Executor thread, Supplier<ConfigRuntime> runtime, SecretServices services) {
    this.thread = thread;
    this.runtime = runtime;
    this.services = services;
  }

  @Override
  public void clusters(Duration timeout) {
    thread.execute(() -> runtime.get().clustersSettled());
  }

  @Override
  public void listeners(Duration timeout) {
    thread.execute(() -> runtime.get().listenersSettled());
  }

  @Override
  public void endpoints(Map<String, Duration> names) {
    names.keySet().forEach(name -> thread.execute(() -> runtime.get().endpointsSettled(name)));
  }

  @Override
  public void routes(Map<String, Duration> names) {
    names.keySet().forEach(name -> thread.execute(() -> runtime.get().routesSettled(name)));
  }

  @Override
  public void secrets(Map<String, Duration> names) {
    names.keySet().forEach(name -> thread.execute(() -> runtime.get().secretsSettled(name)));
  }

  @Override
  public void secrets(SecretService service, Map<String, Duration> names) {
    services.want(service, names);
  }
}
