package io.headgate.deploy.fleet;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One proxy; keeps its address, its admin port and its last-known-good over a restart. Started
 * again while it runs, the new process takes over from the one before, which drains and ends.
 */
public final class ProxyProcess extends FleetProcess {

  /** How long a drain may take. */
  public static final Duration DRAIN_TIME = Duration.ofSeconds(5);

  private static final String ADMIN_ADDRESS = "127.0.0.1";

  private final String address;
  private final Path lastKnownGood;
  private final int adminPort;

  /**
   * Starts a proxy; it is not awaited.
   *
   * @param address that wildcard listeners are bound to
   * @param controlPlanes xDS ports on 127.0.0.1
   * @param apiType {@code DELTA_GRPC} or {@code GRPC}
   */
  public ProxyProcess(
      Installation installation,
      Path directory,
      String id,
      String address,
      List<Integer> controlPlanes,
      String apiType) {
    Path files = directory.resolve(id + "-last-known-good");
    int admin = Ports.free(ADMIN_ADDRESS);
    Path bootstrap = directory.resolve(id + ".yaml");
    try {
      Files.createDirectories(directory);
      Files.writeString(bootstrap, bootstrap(id, admin, controlPlanes, apiType));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command =
        List.of(
            installation.program("headgate-proxy"),
            "-c",
            bootstrap.toString(),
            "--bind-address",
            address,
            "--last-known-good",
            files.toString(),
            "--concurrency",
            "1",
            "--drain-time-s",
            Long.toString(DRAIN_TIME.toSeconds()),
            "--handover-path",
            directory.resolve(id + ".next").toString());
    super(id, directory, command, admin(admin) + "/ready");
    this.address = address;
    this.lastKnownGood = files;
    this.adminPort = admin;
  }

  /** The bootstrap of a proxy of the fleet; a stock Envoy starts from it too. */
  public static String bootstrap(
      String id, int adminPort, List<Integer> controlPlanes, String apiType) {
    String endpoints =
        controlPlanes.stream()
            .map(port ->
                "              - endpoint: {address: {socket_address: {address: 127.0.0.1,"
                    + " port_value: "
                    + port
                    + "}}}")
            .collect(Collectors.joining("\n"));
    return Template.resource(
        "proxy.yaml",
        Map.of(
            "id",
            id,
            "cluster",
            "quickstart",
            "adminAddress",
            ADMIN_ADDRESS,
            "adminPort",
            Integer.toString(adminPort),
            "apiType",
            apiType,
            "controlPlanes",
            endpoints));
  }

  /** The address that its listeners are bound to. */
  public String address() {
    return address;
  }

  /** Where the last-known-good files lie. */
  public Path lastKnownGood() {
    return lastKnownGood;
  }

  /** Of the admin server, for example {@code http://127.0.0.1:9901}. */
  public String admin() {
    return admin(adminPort);
  }

  private static String admin(int port) {
    return "http://" + ADMIN_ADDRESS + ":" + port;
  }

  /** The value of one counter or gauge of {@code /stats}, 0 when there is none. */
  public long stat(String name) {
    String stats = Http.get(admin() + "/stats").map(HttpResponse::body).orElse("");
    return stats
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
        .findFirst()
        .orElse(0);
  }
}
