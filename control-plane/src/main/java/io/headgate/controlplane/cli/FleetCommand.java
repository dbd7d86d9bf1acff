package io.headgate.controlplane.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(
    name = "fleet",
    description =
        "Shows every proxy: whether it serves what it should, and else what it waits for.")
final class FleetCommand implements Callable<Integer> {
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin Output output = new Output();

  private final Console console;

  FleetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ApiClient api = server.client(console)) {
      JsonNode fleet = api.get("/fleet");
      if (!output.print(fleet, console.out())) {
        tables(fleet);
      }
    }
    return Exit.OK.code();
  }

  private void tables(JsonNode fleet) {
    Table replicas = new Table("CONTROL PLANE", "ADDRESS", "STATE", "LEADER", "LAST SEEN");
    for (JsonNode r : fleet.path("replicas")) {
      replicas.row(
          r.path("id").asString("") + (r.path("self").asBoolean(false) ? " (this one)" : ""),
          r.path("address").asString(""),
          r.path("state").asString(""),
          r.path("leader").asBoolean(false) ? "yes" : "no",
          r.path("lastSeen").asString(""));
    }
    replicas.print(console.out());
    console.out().println();
    Table proxies =
        new Table(
            "PROXY", "STATE", "EVIDENCE", "CLIENT", "CONTROL PLANE", "SOURCE", "LAST SEEN", "WHY");
    for (JsonNode p : fleet.path("proxies")) {
      proxies.row(
          p.path("id").asString(""),
          p.path("state").asString(""),
          p.path("evidence").asString(""),
          p.path("client").asString("") + " " + p.path("version").asString(""),
          p.path("replica").asString(""),
          p.path("source").path("kind").asString(""),
          p.path("lastSeen").asString(""),
          why(p));
    }
    proxies.print(console.out());
    JsonNode summary = fleet.path("summary");
    console
        .out()
        .println(
            "%d of %d proxies serve revision %d"
                .formatted(
                    summary.path("converged").asInt(0),
                    summary.path("proxies").asInt(0),
                    fleet.path("revision").asLong(0)));
    console.out().flush();
  }

  private static String why(JsonNode proxy) {
    List<String> reasons = new ArrayList<>();
    String unknownSince = proxy.path("unknownSince").asString("");
    if (!unknownSince.isEmpty()) {
      reasons.add("unknown since " + unknownSince);
    }
    for (JsonNode type : proxy.path("types")) {
      JsonNode nacked = type.path("nacked");
      if (nacked.isObject()) {
        reasons.add(
            type.path("type").asString("") + " refused: " + nacked.path("message").asString(""));
      }
      for (JsonNode pending : type.path("pending")) {
        reasons.add(
            type.path("type").asString("")
                + " "
                + pending.path("resource").asString("")
                + ": "
                + pending.path("reason").asString(""));
      }
    }
    return reasons.isEmpty()
        ? ""
        : String.join("; ", reasons.subList(0, Math.min(3, reasons.size())));
  }
}
