package io.headgate.perf.peer;

import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The real Envoy; the environment variable HEADGATE_ENVOY names its program. */
final class Envoy implements Peer {

  @Override
  public String name() {
    return "envoy";
  }

  @Override
  public ManagedProcess start(Path directory, int core, int port, int backendPort) {
    String program = System.getenv("HEADGATE_ENVOY");
    if (program == null) {
      throw new IllegalStateException("HEADGATE_ENVOY is not set; perf/run.sh sets it");
    }
    Path config =
        ConfigFile.write(directory, "envoy.yaml", Map.of("port", port, "backendPort", backendPort));
    return ManagedProcess.start(
        "envoy",
        List.of(
            "taskset",
            "-c",
            Integer.toString(core),
            program,
            "-c",
            config.toString(),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "-l",
            "warning"),
        Map.of(),
        directory);
  }
}
