package io.headgate.perf.peer;

import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.util.List;

/** A proxy that forwards every request to one backend over keep-alive HTTP/1.1, with one worker. */
public interface Peer {

  /** Its name in reports, with its version where it tells. */
  String name();

  /**
   * Starts it on one core.
   *
   * @param directory takes config and log
   * @param core number of the core that it is pinned to
   * @param port to listen on, on 127.0.0.1
   * @param backendPort of the backend on 127.0.0.1
   */
  ManagedProcess start(Path directory, int core, int port, int backendPort);

  /** All of them, ourselves first. */
  static List<Peer> all() {
    return List.of(new Headgate(), new Envoy(), new Haproxy(), new Nginx());
  }
}
