package io.headgate.perf.peer;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our proxy, from the very bootstrap that Envoy is given. */
final class Headgate implements Peer {

  @Override
  public String name() {
    return "headgate";
  }

  @Override
  public ManagedProcess start(Path directory, int core, int port, int backendPort) {
    Path config =
        ConfigFile.write(directory, "envoy.yaml", Map.of("port", port, "backendPort", backendPort));
    List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
    command.addAll(Installation.find().proxy(config, 1));
    return ManagedProcess.start("headgate", command, Map.of(), directory);
  }
}
