package io.headgate.controlplane.cli;

import io.headgate.fleet.ObjectKey;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "hosts",
    description =
        "Shows the services, or the hosts of one with health, weights and the reasons for them.")
final class HostsCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "One service; a list of all services when left out.")
  @Nullable String service;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "default unless given.")
  String namespace = ObjectKey.DEFAULT_NAMESPACE;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin Output output = new Output();

  private final Console console;

  HostsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ApiClient api = server.client(console)) {
      JsonNode answer =
          service == null
              ? api.get("/services")
              : api.get(ServiceHost.servicePath(namespace, service));
      if (!output.print(answer, console.out())) {
        (service == null ? services(answer) : hosts(answer)).print(console.out());
        console.out().flush();
      }
    }
    return Exit.OK.code();
  }

  private static Table services(JsonNode answer) {
    Table table =
        new Table(
            "NAMESPACE", "SERVICE", "HOSTS", "HEALTHY", "DRAINING", "QUARANTINED", "RPS", "HELD");
    for (JsonNode s : answer.path("items")) {
      JsonNode hosts = s.path("hosts");
      table.row(
          s.path("namespace").asString(""),
          s.path("name").asString(""),
          hosts.path("total").asString(""),
          hosts.path("healthy").asString(""),
          hosts.path("draining").asString(""),
          hosts.path("quarantined").asString(""),
          number(s.path("requestsPerSecond")),
          s.path("held").path("reason").asString(""));
    }
    return table;
  }

  private static Table hosts(JsonNode answer) {
    Table table =
        new Table(
            "INSTANCE",
            "ADDRESS",
            "HEALTH",
            "CONFIGURED",
            "FLEET",
            "EFFECTIVE",
            "RPS",
            "UTILISATION",
            "WHY");
    for (JsonNode h : answer.path("hosts")) {
      JsonNode weights = h.path("weights");
      StringBuilder why = new StringBuilder();
      weights.path("reasons").forEach(r -> join(why, r.asString("")));
      JsonNode override = h.path("override");
      if (override.isObject()) {
        join(
            why,
            "override by "
                + override.path("author").asString("?")
                + " "
                + override.path("reason").asString(""));
      }
      h.path("quarantinedBy")
          .forEach(
              q -> join(why, q.path("proxy").asString("") + ": " + q.path("reason").asString("")));
      table.row(
          h.path("instance").asString(""),
          h.path("address").asString(""),
          h.path("health").asString(""),
          number(weights.path("configured")),
          number(weights.path("fleet")),
          number(weights.path("effective")),
          number(h.path("load").path("requestsPerSecond")),
          number(h.path("load").path("utilisation")),
          why.toString());
    }
    return table;
  }

  private static void join(StringBuilder out, String text) {
    if (!text.isBlank()) {
      out.append(out.isEmpty() ? "" : "; ").append(text.strip());
    }
  }

  private static String number(JsonNode node) {
    return node.isNumber() ? String.format(Locale.ROOT, "%.2f", node.asDouble()) : "";
  }
}
