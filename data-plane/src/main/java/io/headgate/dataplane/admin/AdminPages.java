package io.headgate.dataplane.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.headgate.dataplane.admin.AdminFacts.State;
import java.net.URI;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The admin's paths. A parameter that is not known is refused: nothing is shown that only looks as
 * if it had been filtered. <b>Thread:</b> any.
 */
final class AdminPages {
  /** Answers one path. */
  private interface Page {
    AdminReply reply(Map<String, String> query);
  }

  /** A path. */
  private record Entry(String help, boolean changes, Set<String> parameters, Page page) {}

  private final AdminFacts facts;
  private final AdminActions actions;
  private final Map<String, Entry> entries = new TreeMap<>();

  AdminPages(AdminFacts facts, AdminActions actions) {
    this.facts = facts;
    this.actions = actions;
    show("/", "this list", Set.of(), query -> help());
    show("/help", "this list", Set.of(), query -> help());
    show("/ready", "LIVE with 200, else the state with 503", Set.of(), query -> ready());
    show(
        "/server_info",
        "version, state, uptime, source of the config",
        Set.of(),
        query -> AdminReply.json(ConfigDumpCodec.serverInfo(facts)));
    show(
        "/config_dump",
        "all config in force as Envoy's ConfigDump; include_eds adds endpoints",
        Set.of("include_eds"),
        query -> AdminReply.json(ConfigDumpCodec.dump(facts, query.containsKey("include_eds"))));
    show(
        "/clusters",
        "clusters and hosts; format=json",
        Set.of("format"),
        query ->
            isJson(query)
                ? AdminReply.json(ClustersPage.json(facts.clusters()))
                : AdminReply.text(200, ClustersPage.text(facts.clusters())));
    show(
        "/listeners",
        "bound listeners; format=json",
        Set.of("format"),
        query ->
            isJson(query)
                ? AdminReply.json(ListenersPage.json(facts.listeners()))
                : AdminReply.text(200, ListenersPage.text(facts.listeners())));
    show(
        "/loops",
        "event loops: lag, busy share, sockets, and what held them up",
        Set.of(),
        query -> AdminReply.text(200, LoopsPage.text(facts.loops(), facts.stalls())));
    show(
        "/stats",
        "counters, gauges, histograms; format=prometheus, filter=REGEX, usedonly",
        Set.of("format", "filter", "usedonly"),
        this::stats);
    show(
        "/stats/prometheus",
        "the same for Prometheus; filter=REGEX, usedonly",
        Set.of("filter", "usedonly"),
        query -> prometheus(query));
    change(
        "/drain_listeners",
        "POST: stop accepting; graceful drains connections first",
        Set.of("graceful"),
        query -> {
          actions.drainListeners(query.containsKey("graceful"));
          return AdminReply.text(200, "OK\n");
        });
    change(
        "/reopen_logs",
        "POST: open the files of access logs anew, after a rotation",
        Set.of(),
        query -> {
          actions.reopenLogs();
          return AdminReply.text(200, "OK\n");
        });
    change(
        "/quitquitquit",
        "POST: drain and exit",
        Set.of(),
        query -> {
          actions.quit();
          return AdminReply.text(200, "OK\n");
        });
  }

  private void show(String path, String help, Set<String> parameters, Page page) {
    entries.put(path, new Entry(help, false, parameters, page));
  }

  private void change(String path, String help, Set<String> parameters, Page page) {
    entries.put(path, new Entry(help, true, parameters, page));
  }

  AdminReply reply(String method, URI target, boolean fromWebPage) {
    Entry entry = entries.get(target.getPath());
    if (entry == null) {
      return AdminReply.text(404, "invalid path. admin commands are:\n" + list());
    }
    if (entry.changes && !method.equals("POST")) {
      return AdminReply.notAllowed("POST");
    }
    if (!entry.changes && !method.equals("GET") && !method.equals("HEAD")) {
      return AdminReply.notAllowed("GET");
    }
    if (entry.changes && fromWebPage) {
      return AdminReply.text(403, "requests from web pages change nothing here\n");
    }
    Map<String, String> query = query(target.getRawQuery());
    for (String name : query.keySet()) {
      if (!entry.parameters.contains(name)) {
        return AdminReply.text(
            400, "unknown parameter " + name + ", known: " + entry.parameters + "\n");
      }
    }
    return checked(entry, query);
  }

  private static AdminReply checked(Entry entry, Map<String, String> query) {
    String format = query.getOrDefault("format", "text");
    boolean knownFormat = Set.of("text", "json", "prometheus").contains(format);
    return knownFormat
        ? entry.page.reply(query)
        : AdminReply.text(400, "unknown format " + format + "\n");
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String part : raw.split("&", -1)) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        query.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
      }
    }
    return query;
  }

  private static boolean isJson(Map<String, String> query) {
    return "json".equals(query.get("format"));
  }

  private AdminReply help() {
    return AdminReply.text(200, "admin commands are:\n" + list());
  }

  private String list() {
    StringBuilder list = new StringBuilder();
    entries.forEach((path, entry) ->
        list.append("  ").append(path).append(": ").append(entry.help).append('\n'));
    return list.toString();
  }

  private AdminReply ready() {
    State state = facts.server().state();
    return AdminReply.text(state == State.LIVE ? 200 : 503, state + "\n");
  }

  private AdminReply stats(Map<String, String> query) {
    String format = query.getOrDefault("format", "text");
    if (format.equals("prometheus")) {
      return prometheus(query);
    }
    if (format.equals("json")) {
      return AdminReply.text(400, "unknown format json, known: text, prometheus\n");
    }
    return selected(query, choice -> AdminReply.text(200, StatsText.plain(facts.meters(), choice)));
  }

  private AdminReply prometheus(Map<String, String> query) {
    return selected(
        query,
        choice ->
            new AdminReply(
                200,
                "text/plain; version=0.0.4; charset=UTF-8",
                PrometheusText.of(facts.metrics(), facts.meters(), choice).getBytes(UTF_8),
                ""));
  }

  private static AdminReply selected(
      Map<String, String> query, java.util.function.Function<StatsText.Choice, AdminReply> page) {
    String filter = query.get("filter");
    try {
      Pattern pattern = filter == null ? null : Pattern.compile(filter);
      return page.apply(new StatsText.Choice(pattern, query.containsKey("usedonly")));
    } catch (PatternSyntaxException e) {
      return AdminReply.text(400, "filter is no RE2 expression: " + e.getMessage() + "\n");
    }
  }
}
