package io.headgate.deploy.fleet;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One replica of the control plane; keeps its ports and its data directory over a restart. */
public final class ControlPlaneProcess extends FleetProcess {

  private static final String ADDRESS = "127.0.0.1";

  private final int xdsPort;
  private final int apiPort;

  /**
   * Starts a replica; it is not awaited.
   *
   * @param etcd a client URL
   * @param tokens the file of principals
   * @param flags beyond those for identity, ports and directories
   */
  public ControlPlaneProcess(
      Installation installation,
      Path directory,
      String id,
      String etcd,
      Path tokens,
      List<String> flags) {
    List<Integer> ports = Ports.free(ADDRESS, 3);
    int xds = ports.get(0);
    int api = ports.get(2);
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            installation.program("headgate-control-plane"),
            "--replica.id=" + id,
            "--data-dir=" + directory.resolve(id),
            "--etcd.endpoints=" + etcd,
            "--xds.port=" + xds,
            "--internal.port=" + ports.get(1),
            "--api.port=" + api,
            "--api.tokens-file=" + tokens));
    command.addAll(flags);
    super(id, directory, command, api(api) + "/readyz");
    this.xdsPort = xds;
    this.apiPort = api;
  }

  /** Of the REST API and the dashboard, for example {@code http://127.0.0.1:18080}. */
  public String api() {
    return api(apiPort);
  }

  private static String api(int port) {
    return "http://" + ADDRESS + ":" + port;
  }

  public int xdsPort() {
    return xdsPort;
  }
}
