package io.headgate.dataplane.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.headgate.dataplane.admin.AdminFacts.State;
import io.headgate.dataplane.explain.Explainer;
import io.headgate.dataplane.explain.Question;
import io.headgate.dataplane.observe.Json;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
  private record Entry(String help, boolean changes, Set<String> parameters, @Nullable Page page) {}

  private static final Set<String> EXPLAIN =
      Set.of("url", "method", "header", "listener", "source", "sni");

  /** For paths whose parameters have names of their own. */
  private static final Set<String> ANY_PARAMETER = Set.of("*");

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
        "/certs",
        "certificates in use and when they expire",
        Set.of(),
        query -> AdminReply.json(CertificatesPage.json(facts.certificates(), Instant.now())));
    show(
        "/loops",
        "event loops: lag, busy share, sockets, and what held them up",
        Set.of(),
        query -> AdminReply.text(200, LoopsPage.text(facts.loops(), facts.stalls())));
    show(
        "/stats",
        "counters, gauges, histograms; format=json or prometheus, filter=REGEX, usedonly",
        Set.of("format", "filter", "usedonly"),
        this::stats);
    show(
        "/stats/prometheus",
        "the same for Prometheus; filter=REGEX, usedonly",
        Set.of("filter", "usedonly"),
        query -> prometheus(query));
    show(
        "/runtime",
        "runtime values by layer",
        Set.of(),
        query -> AdminReply.json(RuntimePage.json(facts.runtime())));
    entries.put(
        "/runtime_modify",
        new Entry(
            "POST: set runtime values, key=value; an empty value removes the key",
            true,
            ANY_PARAMETER,
            query -> RuntimePage.modify(facts.runtime(), actions, query)));
    change(
        "/drain_listeners",
        "POST: stop accepting; graceful drains connections first",
        Set.of("graceful"),
        query -> {
          actions.drainListeners(query.containsKey("graceful"));
          return AdminReply.text(200, "OK\n");
        });
    show("/explain", "what would be done with a request: " + Question.PARAMETERS, EXPLAIN, null);
    show("/init_dump", "what warms, and the start waits for", Set.of(), query -> initDump());
    change(
        "/healthcheck/fail",
        "POST: not ready any more, and connections end with their answers",
        Set.of(),
        query -> done(() -> actions.failHealthcheck(true)));
    change(
        "/healthcheck/ok",
        "POST: ready again",
        Set.of(),
        query -> done(() -> actions.failHealthcheck(false)));
    change(
        "/reset_counters",
        "POST: set all counters to zero",
        Set.of(),
        query -> done(facts.meters()::resetCounters));
    change(
        "/logging",
        "POST: show log levels, or set them: level=LEVEL for all, paths=LOGGER:LEVEL,... for some",
        Set.of("level", "paths"),
        this::logging);
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

  private static AdminReply done(Runnable action) {
    action.run();
    return AdminReply.text(200, "OK\n");
  }

  private void show(String path, String help, Set<String> parameters, @Nullable Page page) {
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
      if (!entry.parameters.contains(name) && !entry.parameters.equals(ANY_PARAMETER)) {
        return AdminReply.text(
            400, "unknown parameter " + name + ", known: " + entry.parameters + "\n");
      }
    }
    Page page = entry.page;
    return page == null ? explain(target.getRawQuery()) : checked(page, query);
  }

  /** The one page with a parameter that may repeat. */
  private AdminReply explain(@Nullable String raw) {
    try {
      Map<String, List<String>> parameters = new LinkedHashMap<>();
      for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
        Map<String, String> one = query(part);
        one.forEach(
            (name, value) -> parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
      }
      StringBuilder out = new StringBuilder();
      Json.write(
          out, Explainer.explain(Question.of(parameters), facts.live(), ConfigDumpCodec::filter));
      return AdminReply.json(out.append('\n').toString());
    } catch (IllegalArgumentException e) {
      return AdminReply.text(400, e.getMessage() + "\nparameters: " + Question.PARAMETERS + "\n");
    }
  }

  private AdminReply initDump() {
    List<Object> names = new ArrayList<>();
    for (AdminFacts.Held held : facts.resources()) {
      if (held.stage() == AdminFacts.Stage.WARMING) {
        names.add(held.value().getClass().getSimpleName() + " " + held.value().name());
      }
    }
    StringBuilder out = new StringBuilder();
    Object dump = Map.of("name", "init manager Server", "target_names", names);
    Json.write(out, names.isEmpty() ? Map.of() : Map.of("unready_targets_dumps", List.of(dump)));
    return AdminReply.json(out.append('\n').toString());
  }

  private AdminReply logging(Map<String, String> query) {
    try {
      String level = query.get("level");
      if (level != null) {
        actions.logLevel("", level);
      }
      for (String pair : query.getOrDefault("paths", "").split(",", -1)) {
        int colon = pair.lastIndexOf(':');
        if (colon > 0) {
          actions.logLevel(pair.substring(0, colon), pair.substring(colon + 1));
        } else if (!pair.isEmpty()) {
          return AdminReply.text(400, "paths: \"" + pair + "\" has no level; write LOGGER:LEVEL\n");
        }
      }
    } catch (IllegalArgumentException e) {
      return AdminReply.text(400, e.getMessage() + "\n");
    }
    StringBuilder out = new StringBuilder("active loggers:\n");
    actions
        .logLevels()
        .forEach((name, at) -> out.append("  ").append(name).append(": ").append(at).append('\n'));
    return AdminReply.text(200, out.toString());
  }

  private static AdminReply checked(Page page, Map<String, String> query) {
    String format = query.getOrDefault("format", "text");
    boolean knownFormat = Set.of("text", "json", "prometheus").contains(format);
    return knownFormat
        ? page.reply(query)
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
      return selected(query, choice -> AdminReply.json(StatsText.json(facts.meters(), choice)));
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
