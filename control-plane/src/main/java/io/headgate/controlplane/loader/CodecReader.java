package io.headgate.controlplane.loader;

import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.codec.FleetReader;
import java.nio.charset.StandardCharsets;

/** Reads values by the fleet's codec. */
final class CodecReader implements ValueReader {
  @Override
  public Checked<FleetObject> object(ObjectKey key, String text) {
    return FleetReader.object(text.getBytes(StandardCharsets.UTF_8), key);
  }

  @Override
  public Checked<Host> host(HostKey key, String text) {
    return FleetReader.host(text.getBytes(StandardCharsets.UTF_8), key);
  }

  @Override
  public Checked<HostOverride> override(HostKey key, String text) {
    return object(key.overrideKey(), text).map(HostOverride.class::cast);
  }
}
