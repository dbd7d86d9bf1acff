package io.headgate.controlplane.loader;

import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectKey;

/** Reads the values of etcd keys; what breaks a rule comes back as violations. */
interface ValueReader {
  /** An object of a kind under {@code config/}; its name must be that of the key. */
  Checked<FleetObject> object(ObjectKey key, String text);

  Checked<Host> host(HostKey key, String text);

  Checked<HostOverride> override(HostKey key, String text);
}
