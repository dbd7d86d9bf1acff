package io.headgate.controlplane.fleetstate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One group for all proxies; each resource comes from a service of alice's. */
final class TestGroups implements GroupView {
  private final Map<String, Expected> expected = new ConcurrentHashMap<>();
  volatile long revision = 1;

  void expect(String typeUrl, String version, Map<String, String> resources) {
    expected.put(typeUrl, new Expected(version, resources));
  }

  @Override
  public Expected expected(ProxyIdentity proxy, String typeUrl) {
    return expected.getOrDefault(typeUrl, Expected.NOTHING);
  }

  @Override
  public List<NackedObject> origins(
      ProxyIdentity proxy, String typeUrl, Collection<String> resources) {
    return resources.stream()
        .map(name -> new NackedObject(name, "accepted/service/default/" + name, "alice", 9))
        .toList();
  }

  @Override
  public Published published() {
    return new Published("i", revision);
  }
}
