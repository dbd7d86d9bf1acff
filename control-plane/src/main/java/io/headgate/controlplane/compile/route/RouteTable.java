package io.headgate.controlplane.compile.route;

import io.headgate.controlplane.compile.value.Hostnames;
import io.headgate.controlplane.compile.value.Problem;
import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.RequestRoute;
import io.headgate.fleet.Violation;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.header.HeaderMutations;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.route.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The virtual hosts of one port: routes by domain, in order of precedence.
 *
 * <p>Rules that turn out bad are blamed one after the other: first such a rule answers 500 to what
 * it matches, so that no other rule takes its requests; if that is refused, too, it is left out.
 *
 * <p>Thread: confined to its compiler.
 */
public final class RouteTable {
  /** Finds the policies of a rule. */
  public interface Ways {
    RuleCompiler.Way of(RequestRoute route, HttpRoute.Rule rule, Gateway.Listener listener);
  }

  private record RuleKey(ObjectKey route, int index) {}

  private enum Fault {
    ACTION,
    MATCH
  }

  private static final Pattern ROUTE =
      Pattern.compile("virtual_hosts\\[(\\d+)]\\.routes\\[(\\d+)](.*)");
  private static final Pattern NAME = Pattern.compile("([^/]+)/([^/]+)/(rule|grpc)/(\\d+)");

  private final RuleCompiler rules;
  private final Ways ways;
  private final Map<RuleKey, Fault> faults = new HashMap<>();
  private final TreeMap<String, Problem> problems = new TreeMap<>();

  public RouteTable(RuleCompiler rules, Ways ways) {
    this.rules = rules;
    this.ways = ways;
  }

  public List<Problem> problems() {
    return List.copyOf(problems.values());
  }

  public List<VirtualHost> hosts(List<Gateway.Listener> onPort, List<Attachment> attachments) {
    SortedMap<String, TreeSet<RouteEntry>> domains = new TreeMap<>();
    for (Attachment attachment : attachments) {
      for (String domain : attachment.domains()) {
        if (Hostnames.belongs(domain, attachment.listener(), onPort)) {
          domains
              .computeIfAbsent(domain, d -> new TreeSet<>(SPLITS_KEPT))
              .addAll(entries(attachment));
        }
      }
    }
    // A host of a listener never falls to a listener that is meant less precisely.
    if (onPort.size() > 1) {
      onPort.forEach(l -> domains.computeIfAbsent(Hostnames.name(l), d -> new TreeSet<>()));
    }
    List<VirtualHost> hosts = new ArrayList<>();
    domains.forEach((domain, entries) ->
        hosts.add(
            new VirtualHost(
                domain,
                List.of(domain),
                entries.stream().map(RouteEntry::route).toList(),
                HeaderMutations.NONE,
                Map.of(),
                null)));
    return hosts;
  }

  /**
   * Precedence; the two routes of one match, which differ in nothing else, keep exact before
   * prefix.
   */
  private static final Comparator<RouteEntry> SPLITS_KEPT =
      Comparator.<RouteEntry>naturalOrder()
          .thenComparingInt(
              entry -> entry.route().match().path() instanceof PathMatch.Exact ? 0 : 1);

  private List<RouteEntry> entries(Attachment attachment) {
    List<RouteEntry> entries = new ArrayList<>();
    if (!(attachment.route() instanceof RequestRoute route)) {
      return entries;
    }
    for (int i = 0; i < route.rules().size(); i++) {
      RuleCompiler.Way way = ways.of(route, route.rules().get(i), attachment.listener());
      RuleKey key = new RuleKey(route.key(), i);
      if (faults.get(key) == null) {
        try {
          entries.addAll(rules.routes(route, i, way, false));
          continue;
        } catch (IllegalArgumentException e) {
          fault(key, Fault.ACTION, e);
        }
      }
      if (faults.get(key) == Fault.ACTION) {
        try {
          entries.addAll(rules.routes(route, i, way, true));
        } catch (IllegalArgumentException e) {
          fault(key, Fault.MATCH, e);
        }
      }
    }
    return entries;
  }

  private void fault(RuleKey key, Fault fault, IllegalArgumentException problem) {
    String message = problem.getMessage();
    faults.put(key, fault);
    note(
        key,
        new Violation(
            "spec.rules[" + key.index + "]", 0, "", message == null ? "is invalid" : message, ""));
  }

  private void note(RuleKey key, Violation violation) {
    problems.putIfAbsent(key + violation.toString(), new Problem(key.route, violation));
  }

  /**
   * Takes the rule out of the way that a finding is about.
   *
   * @return whether there was one that was still in the way
   */
  public boolean blame(RouteConfiguration table, ValueCheck.Finding finding) {
    Matcher at = ROUTE.matcher(finding.path());
    if (!at.matches()) {
      return false;
    }
    int host = Integer.parseInt(at.group(1));
    int route = Integer.parseInt(at.group(2));
    if (host >= table.virtualHosts().size()
        || route >= table.virtualHosts().get(host).routes().size()) {
      return false;
    }
    Matcher name = NAME.matcher(table.virtualHosts().get(host).routes().get(route).name());
    if (!name.matches()) {
      return false;
    }
    RuleKey key =
        new RuleKey(
            new ObjectKey(
                name.group(3).equals("grpc") ? Kind.GRPC_ROUTE : Kind.HTTP_ROUTE,
                name.group(1),
                name.group(2)),
            Integer.parseInt(name.group(4)));
    boolean match = at.group(3).startsWith(".match") || faults.containsKey(key);
    Fault before = faults.put(key, match ? Fault.MATCH : Fault.ACTION);
    String rest = at.group(3).isEmpty() ? "" : at.group(3).substring(1) + ": ";
    note(
        key,
        new Violation(
            "spec.rules[" + key.index + "]",
            0,
            finding.value(),
            rest + finding.reason(),
            finding.fix()));
    return before != Fault.MATCH;
  }
}
