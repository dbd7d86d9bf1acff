package io.headgate.perf.peer;

import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's HAProxy with one thread. */
final class Haproxy implements Peer {

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public ManagedProcess start(Path directory, int core, int port, int backendPort) {
    Path config =
        ConfigFile.write(
            directory, "haproxy.cfg", Map.of("port", port, "backendPort", backendPort));
    return ManagedProcess.start(
        "haproxy",
        List.of("taskset", "-c", Integer.toString(core), "haproxy", "-db", "-f", config.toString()),
        Map.of(),
        directory);
  }
}
