package io.headgate.perf.peer;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
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
    return ManagedProcess.start(
        "headgate",
        List.of(
            "taskset",
            "-c",
            Integer.toString(core),
            Installation.find().program("headgate-proxy"),
            "-c",
            config.toString(),
            "--concurrency",
            "1"),
        Map.of(),
        directory);
  }
}
