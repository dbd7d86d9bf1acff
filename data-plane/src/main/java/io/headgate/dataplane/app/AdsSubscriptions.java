package io.headgate.dataplane.app;

import io.headgate.dataplane.runtime.Subscriptions;
import io.headgate.dataplane.xds.XdsClient;
import io.headgate.dataplane.xds.resource.Interest;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.xds.model.tls.SecretService;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Asks the control plane for what the runtime wants. Thread: the config thread. */
final class AdsSubscriptions implements Subscriptions {
  private final Supplier<XdsClient> client;
  private final SecretServices services;

  AdsSubscriptions(Supplier<XdsClient> client, SecretServices services) {
    this.client = client;
    this.services = services;
  }

  @Override
  public void clusters(Duration timeout) {
    client.get().want(ResourceType.CLUSTER, new Interest.All(), timeout);
  }

  @Override
  public void listeners(Duration timeout) {
    client.get().want(ResourceType.LISTENER, new Interest.All(), timeout);
  }

  @Override
  public void endpoints(Map<String, Duration> names) {
    want(ResourceType.ENDPOINTS, names);
  }

  @Override
  public void routes(Map<String, Duration> names) {
    want(ResourceType.ROUTES, names);
  }

  @Override
  public void secrets(Map<String, Duration> names) {
    want(ResourceType.SECRET, names);
  }

  @Override
  public void secrets(SecretService service, Map<String, Duration> names) {
    services.want(service, names);
  }

  private void want(ResourceType type, Map<String, Duration> names) {
    client.get().want(type, names);
  }
}
