package io.headgate.controlplane.compile;

import io.headgate.controlplane.compile.access.Access;
import io.headgate.controlplane.compile.condition.Condition;
import io.headgate.controlplane.compile.condition.Conditions;
import io.headgate.controlplane.compile.condition.GatewayConditions;
import io.headgate.controlplane.compile.condition.ListenerConflicts;
import io.headgate.controlplane.compile.condition.ListenerState;
import io.headgate.controlplane.compile.condition.ListenerStates;
import io.headgate.controlplane.compile.policy.Policies;
import io.headgate.controlplane.compile.route.Attachment;
import io.headgate.controlplane.compile.route.Attachments;
import io.headgate.controlplane.compile.route.Backends;
import io.headgate.controlplane.compile.route.Redirects;
import io.headgate.controlplane.compile.route.RouteTable;
import io.headgate.controlplane.compile.route.RuleCompiler;
import io.headgate.controlplane.compile.tls.ClientTlsRules;
import io.headgate.controlplane.compile.tls.SecretCompiler;
import io.headgate.controlplane.compile.tls.TlsCaller;
import io.headgate.controlplane.compile.value.Compiled;
import io.headgate.controlplane.compile.value.Problem;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.controlplane.compile.value.XdsNames;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.fleet.ConnectionRoute;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.GatewayRoute;
import io.headgate.fleet.GrpcRoute;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.fleet.TargetRef;
import io.headgate.fleet.Violation;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.Secret;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.route.VirtualHost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes everything of one gateway: a listener and a route configuration for each port.
 *
 * <p>What a proxy would refuse is found here, by the check: a bad rule answers 500 or, if its match
 * is at fault, is left out; all others work. The outcome is the same wherever it is computed.
 *
 * <p>Thread: any; one instance for one gateway and image.
 */
final class GatewayCompiler {
  private final ConfigImage image;
  private final Policies policies;
  private final ValueCheck check;
  private final Gateway gateway;
  private final Conditions conditions = new Conditions();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<ObjectKey> services = new TreeSet<>();
  private final Optional<TlsCaller> caller;
  private final Backends backends;

  GatewayCompiler(ConfigImage image, Policies policies, ValueCheck check, Gateway gateway) {
    this.image = image;
    this.policies = policies;
    this.check = check;
    this.gateway = gateway;
    this.caller = TlsCaller.of(gateway, image);
    this.backends = new Backends(image, policies, caller);
  }

  /** What was found wrong on the way. */
  List<Problem> problems() {
    return problems;
  }

  CompiledGateway compile(Collection<GatewayRoute> routes) {
    Map<String, Condition> conflicts = ListenerConflicts.of(gateway);
    Map<Integer, List<Gateway.Listener>> ports = new TreeMap<>();
    gateway.listeners().stream()
        .filter(l -> !conflicts.containsKey(l.name()))
        .forEach(l -> ports.computeIfAbsent(l.port(), port -> new ArrayList<>()).add(l));
    Attachments attachments = new Attachments(gateway, routes, image);
    attachments
        .routes()
        .forEach(route -> Backends.of(route).forEach(backend -> services.add(backend.service())));
    List<RequestRoute> attached =
        attachments.routes().stream()
            .filter(RequestRoute.class::isInstance)
            .map(RequestRoute.class::cast)
            .toList();
    Access access = Access.of(security(attached), attached);
    Map<Integer, Compiled<Listener>> listeners = new TreeMap<>();
    Map<Integer, Compiled<RouteConfiguration>> tables = new TreeMap<>();
    Map<String, Compiled<RouteConfiguration>> apart = new TreeMap<>();
    Map<String, Condition> unresolved = new TreeMap<>();
    ports.forEach((port, onPort) -> {
      ListenerCompiler compiler = new ListenerCompiler(image, policies);
      boolean requests = hasRequests(onPort.getFirst());
      ListenerCompiler.Outcome outcome =
          requests
              ? compiler.listener(gateway.key(), port, onPort, access)
              : compiler.connections(
                  gateway.key(),
                  port,
                  onPort,
                  attachments.at(onPort),
                  new ConnectionCompiler(backends));
      outcome
          .conditions()
          .forEach(condition -> {
            conditions.add(gateway.key(), condition);
            unresolved.put(condition.about(), condition);
          });
      outcome
          .listener()
          .filter(this::passes)
          .ifPresent(listener -> {
            listeners.put(port, listener);
            if (requests) {
              List<Attachment> shared = new ArrayList<>(attachments.at(onPort));
              for (Gateway.Listener one : onPort) {
                if (isApart(one)) {
                  String name = XdsNames.apart(XdsNames.listener(gateway.key(), port), one);
                  List<Attachment> own =
                      shared.stream().filter(a -> a.listener().equals(one)).toList();
                  shared.removeAll(own);
                  apart.put(name, table(name, port, onPort, own));
                }
              }
              tables.put(port, table(XdsNames.listener(gateway.key(), port), port, onPort, shared));
            }
          });
    });
    for (GatewayRoute route : routes) {
      conclude(route, attachments);
    }
    List<ListenerState> states = new ArrayList<>();
    for (Gateway.Listener listener : gateway.listeners()) {
      Optional<Condition> conflict = Optional.ofNullable(conflicts.get(listener.name()));
      states.add(
          ListenerStates.of(
              listener,
              attachments.count(listener),
              conflict.isPresent()
                  ? new ListenerCompiler(image, policies).unresolved(gateway.key(), listener)
                  : Optional.ofNullable(unresolved.get(listener.name())),
              conflict,
              listeners.containsKey(listener.port())));
    }
    GatewayConditions.of(gateway, states).forEach(c -> conditions.add(gateway.key(), c));
    caller.ifPresent(c -> conditions.add(gateway.key(), c.condition()));
    Map<String, Compiled<Cluster>> clusters = clusters(attachments);
    Map<String, Compiled<Secret>> secrets = SecretCompiler.shown(clusters.values(), image);
    secrets.putAll(SecretCompiler.of(listeners, image));
    return new CompiledGateway(
        listeners,
        tables,
        services,
        conditions.all(),
        secrets,
        states,
        new CompiledGateway.Apart(apart, clusters));
  }

  /** Clusters for what is called with the gateway's certificate. */
  private Map<String, Compiled<Cluster>> clusters(Attachments attachments) {
    Map<String, Compiled<Cluster>> clusters = new TreeMap<>();
    ClusterCompiler compiler = new ClusterCompiler(image, policies, check);
    attachments.routes().stream()
        .flatMap(route -> Backends.of(route).stream())
        .distinct()
        .filter(backend -> caller.isPresent() && caller.get().calls(backend, image, policies))
        .forEach(backend -> {
          Service service = image.object(backend.service(), Service.class).orElseThrow();
          compiler
              .cluster(service, service.port(backend.port()).orElseThrow(), caller, problems)
              .ifPresent(cluster -> clusters.put(cluster.name(), cluster));
        });
    return clusters;
  }

  /** Whether a listener asks clients for certificates. */
  private boolean isApart(Gateway.Listener listener) {
    return listener.protocol() == Gateway.Protocol.HTTPS
        && ClientTlsRules.asksClients(policies.client().at(gateway.key(), listener.name()));
  }

  private static boolean hasRequests(Gateway.Listener listener) {
    return switch (listener.protocol()) {
      case HTTP, HTTPS -> true;
      case TLS, TCP -> false;
    };
  }

  /** The access policies that any part of the gateway may use. */
  private Collection<SecurityPolicy> security(List<RequestRoute> attached) {
    Map<ObjectKey, SecurityPolicy> found = new TreeMap<>();
    List<TargetRef> targets = new ArrayList<>();
    targets.add(new TargetRef(gateway.key(), null));
    gateway
        .listeners()
        .forEach(listener -> targets.add(new TargetRef(gateway.key(), listener.name())));
    for (RequestRoute route : attached) {
      targets.add(new TargetRef(route.key(), null));
      route.rules().stream()
          .filter(rule -> rule.name() != null)
          .forEach(rule -> targets.add(new TargetRef(route.key(), rule.name())));
    }
    for (TargetRef target : targets) {
      policies.security().winner(target).ifPresent(policy -> found.put(policy.key(), policy));
    }
    return found.values();
  }

  /** The route's policy, else that of the listener or gateway it came in by. */
  private Optional<SecurityPolicy> security(
      RequestRoute route, HttpRoute.Rule rule, Gateway.Listener listener) {
    Optional<SecurityPolicy> own = policies.security().at(route.key(), rule.name());
    return own.isPresent() ? own : policies.security().at(gateway.key(), listener.name());
  }

  private boolean passes(Compiled<Listener> listener) {
    List<ValueCheck.Finding> findings = check.listener(listener.value());
    for (ValueCheck.Finding finding : findings) {
      listener.owners().forEach(owner -> problems.add(problem(owner, "", finding)));
    }
    return findings.isEmpty();
  }

  private Compiled<RouteConfiguration> table(
      String name, int port, List<Gateway.Listener> onPort, List<Attachment> attachments) {
    RouteTable table =
        new RouteTable(
            new RuleCompiler(
                image, policies, Redirects.at(port, onPort.getFirst().protocol()), backends),
            (route, rule, listener) ->
                new RuleCompiler.Way(
                    security(route, rule, listener),
                    policies.client(gateway.key(), listener, onPort)));
    Compiled<RouteConfiguration> compiled = table(table, name, onPort, attachments);
    // Each round takes at least one rule further out of the way; a table without rules cannot be
    // wrong.
    while (true) {
      List<ValueCheck.Finding> findings = check.routes(compiled.value());
      boolean progress = false;
      for (ValueCheck.Finding finding : findings) {
        progress |= table.blame(compiled.value(), finding);
      }
      if (!progress) {
        findings.forEach(finding -> problems.add(problem(gateway.key(), "", finding)));
        break;
      }
      compiled = table(table, name, onPort, attachments);
    }
    problems.addAll(table.problems());
    return compiled;
  }

  private Compiled<RouteConfiguration> table(
      RouteTable table, String name, List<Gateway.Listener> onPort, List<Attachment> attachments) {
    Set<ObjectKey> owners = new TreeSet<>();
    owners.add(gateway.key());
    for (Attachment attachment : attachments) {
      owners.add(attachment.route().key());
      policies
          .client(gateway.key(), attachment.listener(), onPort)
          .ifPresent(policy -> owners.add(policy.key()));
      if (!(attachment.route() instanceof RequestRoute route)) {
        continue;
      }
      for (HttpRoute.Rule rule : route.rules()) {
        security(route, rule, attachment.listener()).ifPresent(policy -> owners.add(policy.key()));
        policies
            .backend()
            .at(route.key(), rule.name())
            .ifPresent(policy -> owners.add(policy.key()));
      }
    }
    List<VirtualHost> hosts = table.hosts(onPort, attachments);
    return Compiled.of(
        name,
        new RouteConfiguration(
            name,
            hosts,
            HeaderMutations.NONE,
            Map.of(),
            false,
            true,
            RouteConfiguration.DEFAULT_MAX_DIRECT_RESPONSE_BYTES),
        owners);
  }

  static Problem problem(ObjectKey object, String path, ValueCheck.Finding finding) {
    String reason =
        finding.path().isEmpty() ? finding.reason() : finding.path() + ": " + finding.reason();
    return new Problem(object, new Violation(path, 0, finding.value(), reason, finding.fix()));
  }

  /** What is to be said of a route, by each of its references to the gateway. */
  private void conclude(GatewayRoute route, Attachments attachments) {
    List<Problem> own = problems.stream().filter(p -> p.object().equals(route.key())).toList();
    for (Attachment.Outcome outcome : attachments.outcomes().getOrDefault(route.key(), List.of())) {
      Condition accepted = attachments.accepted(route, outcome);
      conditions.add(
          route.key(),
          accepted.holds() && !own.isEmpty()
              ? accepted.broken("UnsupportedValue", own.getFirst().violation().toString())
              : accepted);
      if (!outcome.attachments().isEmpty()) {
        conditions.add(route.key(), references(route, Condition.about(outcome.parent())));
      }
    }
  }

  private Condition references(GatewayRoute route, String about) {
    List<Backends.Failure> failures =
        Backends.of(route).stream()
            .map(backend -> backends.failure(route.key(), backend))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    if (failures.isEmpty()) {
      return Condition.yes(Condition.Type.RESOLVED_REFS, about);
    }
    String answer =
        switch (route) {
          case HttpRoute h -> ": its share is answered 500";
          case GrpcRoute g -> ": its share is answered UNAVAILABLE";
          case ConnectionRoute c -> ": its share of the connections is closed";
        };
    return Condition.no(
        Condition.Type.RESOLVED_REFS,
        about,
        failures.getFirst().reason(),
        failures.stream().map(Backends.Failure::message).collect(Collectors.joining(", "))
            + answer);
  }
}
