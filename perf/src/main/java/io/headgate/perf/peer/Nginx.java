package io.headgate.perf.peer;

import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian's nginx, as a proxy and as the backend of all. */
public final class Nginx implements Peer {

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public ManagedProcess start(Path directory, int core, int port, int backendPort) {
    return run(
        "nginx",
        directory,
        ConfigFile.write(
            directory,
            "nginx-proxy.conf",
            Map.of("port", port, "backendPort", backendPort, "directory", directory)),
        core);
  }

  /** A backend that answers everything with 128 bytes. */
  public static ManagedProcess backend(Path directory, int core, int port) {
    return run(
        "backend",
        directory,
        ConfigFile.write(
            directory, "nginx-backend.conf", Map.of("port", port, "directory", directory)),
        core);
  }

  private static ManagedProcess run(String name, Path directory, Path config, int core) {
    return ManagedProcess.start(
        name,
        List.of(
            "taskset",
            "-c",
            Integer.toString(core),
            "nginx",
            "-p",
            directory.toString(),
            "-c",
            config.toString()),
        Map.of(),
        directory);
  }
}
