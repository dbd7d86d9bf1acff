package io.headgate.controlplane.fleetstate;

import java.util.Collection;
import java.util.List;

/** What the published config says of a proxy's group. Thread: any; returns at once. */
public interface GroupView {
  /** What the proxy's group has of a type now. */
  Expected expected(ProxyIdentity proxy, String typeUrl);

  /** The fleet objects that these resources were made from. */
  List<NackedObject> origins(ProxyIdentity proxy, String typeUrl, Collection<String> resources);

  /** The (incarnation, revision) that this replica has published. */
  Published published();

  /** A point in the history of etcd. */
  record Published(String incarnation, long revision) {
    public static final Published NOTHING = new Published("", 0);
  }
}
