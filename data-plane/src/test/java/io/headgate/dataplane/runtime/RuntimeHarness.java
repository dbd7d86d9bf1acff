package io.headgate.dataplane.runtime;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.ClusterServices;
import io.headgate.dataplane.current.Current;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.route.RouteServices;
import io.headgate.dataplane.route.RouteTable;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.EndpointSource;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.DynamicResources;
import io.headgate.xds.model.bootstrap.GrpcApi;
import io.headgate.xds.model.bootstrap.Node;
import io.headgate.xds.model.bootstrap.Reports;
import io.headgate.xds.model.cluster.CircuitBreakers;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.endpoint.Endpoint;
import io.headgate.xds.model.endpoint.Locality;
import io.headgate.xds.model.endpoint.LocalityEndpoints;
import io.headgate.xds.model.tls.SecretService;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A runtime whose sockets are recorded, and whose time stands still until the test moves it. */
final class RuntimeHarness {
  /** Names of the listeners that were built, each time. */
  final List<String> built = new ArrayList<>();

  /** Where listeners read their tables, as they were given it when they were built. */
  final Map<String, Current<RouteTable>> tables = new HashMap<>();

  static final Duration FETCH = Duration.ofSeconds(15);

  final List<String> asked = new ArrayList<>();
  final List<String> sockets = new ArrayList<>();
  final List<Phase> phases = new ArrayList<>();
  final Map<String, String> bindProblems = new TreeMap<>();
  final List<Cluster> made = new ArrayList<>();
  final Map<String, RouteLookup> lookups = new TreeMap<>();
  final List<Consumer<String>> binding = new ArrayList<>();
  boolean bindAtOnce = true;
  private final List<Task> tasks = new ArrayList<>();
  private long millis;
  private final Secrets secrets = new Secrets();
  final ConfigRuntime runtime;

  private record Task(long at, Runnable run) {}

  RuntimeHarness() {
    ClusterServices services =
        new ClusterServices(
            List.of(),
            http ->
                (loop, address, options, result) -> {
                  throw new AssertionError("nothing connects in these tests");
                },
            System::nanoTime,
            () -> new SplittableRandom(1),
            new Meters(),
            secrets);
    runtime =
        new ConfigRuntime(
            new ConfigRuntime.Factories(
                value -> {
                  Cluster cluster = Cluster.create(value, services);
                  made.add(cluster);
                  return cluster;
                },
                value -> RouteTable.compile(value, RouteServices.PLAIN),
                this::prepare,
                secrets),
            this::schedule,
            new Asked(),
            new ConfigRuntime.Observer() {
              @Override
              public void changed() {}

              @Override
              public void entered(Phase phase) {
                phases.add(phase);
              }

              @Override
              public void bindFailed(Map<String, String> problems) {
                bindProblems.putAll(problems);
              }
            });
  }

  private Runnable schedule(Duration delay, Runnable run) {
    Task task = new Task(millis + delay.toMillis(), run);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  void advance(Duration time) {
    long end = millis + time.toMillis();
    while (true) {
      Task next =
          tasks.stream()
              .filter(task -> task.at() <= end)
              .min(Comparator.comparingLong(Task::at))
              .orElse(null);
      if (next == null) {
        break;
      }
      tasks.remove(next);
      millis = next.at();
      next.run().run();
    }
    millis = end;
  }

  private LiveListener.Prepared prepare(Listener value, RouteLookup routes) {
    if (value.options().statPrefix().equals("unbuildable")) {
      throw new IllegalArgumentException("it can not be built");
    }
    built.add(value.name());
    value.filterChains().stream()
        .flatMap(chain -> ListenerRoutes.discovered(value).keySet().stream())
        .forEach(name -> tables.put(name, routes.table(name)));
    return new SocketPlan(value, routes);
  }

  private final class SocketPlan implements LiveListener.Prepared, LiveListener {
    private final Listener value;
    private final RouteLookup routes;

    SocketPlan(Listener value, RouteLookup routes) {
      this.value = value;
      this.routes = routes;
    }

    @Override
    public LiveListener open(Consumer<String> done) {
      sockets.add("open " + value.address());
      lookups.put(value.name(), routes);
      if (bindAtOnce) {
        schedule(Duration.ZERO, () -> done.accept(""));
      } else {
        binding.add(done);
      }
      return this;
    }

    @Override
    public void replace(LiveListener.Prepared next) {
      sockets.add("replace " + value.address());
    }

    @Override
    public void replaceAddresses(LiveListener.Prepared next, Consumer<String> done) {
      sockets.add("replace addresses " + value.address());
      schedule(Duration.ZERO, () -> done.accept(""));
    }

    @Override
    public String refreshSecrets() {
      sockets.add("secrets " + value.address());
      return "";
    }

    @Override
    public void close() {
      sockets.add("close " + value.address());
    }
  }

  private final class Asked implements Subscriptions {
    @Override
    public void clusters(Duration timeout) {
      asked.add("clusters");
    }

    @Override
    public void listeners(Duration timeout) {
      asked.add("listeners");
    }

    @Override
    public void endpoints(Map<String, Duration> names) {
      asked.add("endpoints " + names.keySet());
    }

    @Override
    public void routes(Map<String, Duration> names) {
      asked.add("routes " + names.keySet());
    }

    @Override
    public void secrets(Map<String, Duration> names) {
      asked.add("secrets " + names.keySet());
    }

    @Override
    public void secrets(SecretService service, Map<String, Duration> names) {
      asked.add("secrets of " + service.cluster() + " " + names.keySet());
    }
  }

  /** Starts with a control plane and goes through the phases with nothing in them. */
  RuntimeHarness live() {
    start(List.of(), List.of(), true);
    runtime.clustersSettled();
    runtime.listenersSettled();
    return this;
  }

  void start(
      List<io.headgate.xds.model.Cluster> clusters, List<Listener> listeners, boolean dynamic) {
    List<io.headgate.xds.model.Cluster> all = new ArrayList<>(clusters);
    all.add(fixed("control-plane"));
    DynamicResources resources =
        dynamic
            ? new DynamicResources(
                FETCH, FETCH, new GrpcApi(GrpcApi.ApiType.DELTA_GRPC, List.of("control-plane")))
            : DynamicResources.NONE;
    runtime.build(
        new Bootstrap(
            new Node("n", "c", Locality.NONE, Value.Obj.EMPTY),
            listeners,
            all,
            resources,
            null,
            Reports.NONE,
            Bootstrap.ProcessRules.DEFAULT));
    runtime.start();
  }

  void clusters(String version, io.headgate.xds.model.Cluster... values) {
    runtime.updateClusters(versioned(version, values), List.of());
  }

  void removeClusters(String... names) {
    runtime.updateClusters(List.of(), List.of(names));
  }

  void endpoints(String version, ClusterLoadAssignment... values) {
    runtime.updateEndpoints(
        Arrays.stream(values).map(v -> new Versioned<>(v.name(), version, v)).toList());
  }

  void routes(String version, RouteConfiguration... values) {
    runtime.updateRoutes(
        Arrays.stream(values).map(v -> new Versioned<>(v.name(), version, v)).toList(), List.of());
  }

  Map<String, String> listeners(String version, Listener... values) {
    return runtime.updateListeners(
        Arrays.stream(values).map(v -> new Versioned<>(v.name(), version, v)).toList(), List.of());
  }

  Map<String, String> removeListeners(String... names) {
    return runtime.updateListeners(List.of(), List.of(names));
  }

  static List<Versioned<io.headgate.xds.model.Cluster>> versioned(
      String version, io.headgate.xds.model.Cluster... values) {
    return Arrays.stream(values).map(v -> new Versioned<>(v.name(), version, v)).toList();
  }

  static @Nullable ServingState state(Collection<ServingState> states, String name) {
    return states.stream().filter(state -> state.name().equals(name)).findFirst().orElse(null);
  }

  static io.headgate.xds.model.Cluster eds(String name) {
    return cluster(name, new EndpointSource.Eds("", FETCH), Duration.ofSeconds(5));
  }

  static io.headgate.xds.model.Cluster eds(String name, Duration connectTimeout) {
    return cluster(name, new EndpointSource.Eds("", FETCH), connectTimeout);
  }

  static io.headgate.xds.model.Cluster fixed(String name) {
    return cluster(
        name, new EndpointSource.Static(assignment(name, "10.0.0.1:80")), Duration.ofSeconds(5));
  }

  private static io.headgate.xds.model.Cluster cluster(
      String name, EndpointSource source, Duration connectTimeout) {
    return new io.headgate.xds.model.Cluster(
        name,
        source,
        LoadBalancing.DEFAULT,
        connectTimeout,
        CircuitBreakers.DEFAULT,
        null,
        ClusterOptions.DEFAULT);
  }

  static ClusterLoadAssignment assignment(String name, String... addresses) {
    List<Endpoint> endpoints =
        Arrays.stream(addresses)
            .map(address ->
                Endpoint.of(
                    address.substring(0, address.indexOf(':')),
                    Integer.parseInt(address.substring(address.indexOf(':') + 1))))
            .toList();
    return new ClusterLoadAssignment(
        name, List.of(new LocalityEndpoints(Locality.NONE, 0, 0, endpoints)));
  }

  static Address address(int port) {
    return new Address("0.0.0.0", port);
  }
}
