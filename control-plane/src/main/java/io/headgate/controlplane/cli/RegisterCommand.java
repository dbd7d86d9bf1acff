package io.headgate.controlplane.cli;

import io.headgate.controlplane.store.EtcdConfig;
import io.headgate.controlplane.store.HostRegistrar;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetKeys;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.FleetReader;
import io.headgate.fleet.codec.FleetWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "register",
    description =
        "Registers a host that cannot do it itself, straight in etcd, and keeps it until the"
            + " command is ended (SIGTERM): then the host first drains, then leaves.")
final class RegisterCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
  String service = "";

  @Parameters(
      index = "1",
      paramLabel = "ADDRESS",
      description = "IP address and port, such as 10.0.0.7:8080 or [fd00::7]:8080.")
  String address = "";

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description = "The host's name among those of the service; ADDRESS unless given.")
  @Nullable String instance;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "default unless given.")
  String namespace = ObjectKey.DEFAULT_NAMESPACE;

  @Option(
      names = "--weight",
      paramLabel = "WEIGHT",
      description = "Relative to the other hosts; 1 unless given.")
  double weight = 1;

  @Option(names = "--zone", paramLabel = "ZONE", description = "Where the host stands.")
  @Nullable String zone;

  @Option(
      names = "--port",
      paramLabel = "NAME=NUMBER",
      description = "The number of a named port of the service at this host. May repeat.")
  Map<String, Integer> ports = new LinkedHashMap<>();

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label. May repeat.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--etcd",
      paramLabel = "URL",
      split = ",",
      description =
          "An etcd endpoint, such as http://127.0.0.1:2379. May repeat. Else the variable"
              + " HEADGATE_ETCD, separated by commas.")
  List<String> etcd = new ArrayList<>();

  @Option(
      names = "--etcd-prefix",
      paramLabel = "PREFIX",
      description = "What every key begins with; /headgate/v1 unless given.")
  String prefix = FleetKeys.DEFAULT_PREFIX;

  @Option(
      names = "--etcd-user",
      paramLabel = "USER",
      description = "etcd's user; the password is in the variable HEADGATE_ETCD_PASSWORD.")
  @Nullable String user;

  @Option(
      names = "--etcd-ca-file",
      paramLabel = "FILE",
      description = "Certificates (PEM) that etcd's own must descend from; needed for https.")
  @Nullable Path caFile;

  @Option(
      names = "--drain-time",
      paramLabel = "DURATION",
      description = "Between draining and leaving; 5s unless given.")
  Duration drainTime = Duration.ofSeconds(5);

  private static final long LOOK_MILLIS = 100;

  private final Console console;
  private final CountDownLatch ended = new CountDownLatch(1);

  RegisterCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Host host = host();
    EtcdConfig config = config();
    String key = "hosts/" + host.key();
    Host leaving = new Host(host.key(), host.address(), host.port(), host.details().leaving());
    HostRegistrar registrar =
        HostRegistrar.register(
            config,
            new HostRegistrar.Registration(
                key, FleetWriter.json(host), FleetWriter.json(leaving), drainTime));
    Thread leave = new Thread(() -> leave(registrar), "headgate-leave");
    Runtime.getRuntime().addShutdownHook(leave);
    console.out().println("registering " + host.key() + " at " + address + "; end me to drain it");
    console.out().flush();
    boolean over = false;
    while (!over && !registrar.isRegistered()) {
      over = ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    if (!over) {
      console.out().println("etcd answers; the lease is held");
      console.out().flush();
      ended.await();
    }
    Runtime.getRuntime().removeShutdownHook(leave);
    leave(registrar);
    return Exit.OK.code();
  }

  private void leave(HostRegistrar registrar) {
    registrar.close();
    console.out().println("left");
    console.out().flush();
  }

  /** Ends the command as a signal does; for tests. */
  void end() {
    ended.countDown();
  }

  /** The host that the options describe, by the rules of the etcd value. */
  private Host host() {
    String name = instance == null ? address : instance;
    if (service.isEmpty() || name.isEmpty() || namespace.isEmpty()) {
      throw CommandFailure.badInput("SERVICE, ADDRESS and the names must not be empty");
    }
    HostKey key = new HostKey(namespace, service, name);
    var value = ApiClient.JSON.createObjectNode().put("Op", 0).put("Addr", address);
    var metadata = value.putObject("Metadata").put("weight", weight);
    if (zone != null) {
      metadata.put("zone", zone);
    }
    ports.forEach(metadata.putObject("ports")::put);
    labels.forEach(metadata.putObject("labels")::put);
    return switch (FleetReader.host(value.toString().getBytes(StandardCharsets.UTF_8), key)) {
      case Checked.Valid<Host> valid -> valid.value();
      case Checked.Invalid<Host> invalid ->
          throw CommandFailure.badInput(
              invalid.violations().stream()
                  .map(v -> new Violation(v.path(), 0, v.value(), v.reason(), v.fix()).toString())
                  .collect(Collectors.joining("\n")));
    };
  }

  private EtcdConfig config() {
    List<String> texts = new ArrayList<>(etcd);
    if (texts.isEmpty()) {
      console.variable("HEADGATE_ETCD").ifPresent(v -> texts.addAll(List.of(v.split(",", -1))));
    }
    if (texts.isEmpty()) {
      throw CommandFailure.badInput(
          "no etcd: use --etcd URL or set HEADGATE_ETCD, such as http://127.0.0.1:2379");
    }
    Optional<EtcdConfig.Login> login =
        user == null
            ? Optional.empty()
            : Optional.of(
                new EtcdConfig.Login(user, console.variable("HEADGATE_ETCD_PASSWORD").orElse("")));
    try {
      return new EtcdConfig(
          texts.stream().map(t -> URI.create(t.strip())).toList(),
          prefix,
          Optional.ofNullable(caFile)
              .map(ca ->
                  new EtcdConfig.Tls(ca, Optional.empty(), Optional.empty(), Optional.empty())),
          login,
          EtcdConfig.DEFAULT_REQUEST_TIMEOUT);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.badInput("not an etcd: " + e.getMessage());
    }
  }
}
