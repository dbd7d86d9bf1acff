package io.headgate.controlplane.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(
    name = "hygiene",
    description =
        "Shows when certificates expire, and what TLS allows and uses, with retirement dates.")
final class HygieneCommand implements Callable<Integer> {
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin Output output = new Output();

  private final Console console;

  HygieneCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ApiClient api = server.client(console)) {
      JsonNode hygiene = api.get("/hygiene");
      if (!output.print(hygiene, console.out())) {
        certificates(hygiene).print(console.out());
        console.out().println();
        allowList(hygiene).print(console.out());
        console.out().flush();
      }
    }
    return Exit.OK.code();
  }

  private static Table certificates(JsonNode hygiene) {
    Table table =
        new Table(
            "CERTIFICATE", "KIND", "PLACE", "NAMES", "KEY", "EXPIRES", "DAYS", "STATE", "PROXIES");
    for (JsonNode c : hygiene.path("certificates")) {
      String names = joined(c.path("dnsNames"));
      table.row(
          c.path("name").asString(""),
          c.path("kind").asString(""),
          c.path("place").asString(""),
          names.isEmpty() ? c.path("subject").asString("") : names,
          c.path("keyType").asString(""),
          c.path("notAfter").asString(""),
          c.path("daysLeft").asString(""),
          c.path("state").asString(""),
          Integer.toString(c.path("proxies").size()));
    }
    return table;
  }

  private static Table allowList(JsonNode hygiene) {
    Table table =
        new Table("WHAT", "NAME", "STATE", "RETIRES", "DOWNSTREAM", "UPSTREAM", "PROXIES", "WHY");
    for (JsonNode u : hygiene.path("allowList")) {
      table.row(
          u.path("what").asString(""),
          u.path("name").asString(""),
          u.path("state").asString(""),
          u.path("retires").asString(""),
          u.path("downstream").asString(""),
          u.path("upstream").asString(""),
          Integer.toString(u.path("proxies").size()),
          u.path("reason").asString(""));
    }
    return table;
  }

  private static String joined(JsonNode names) {
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add(name.asString("")));
    return String.join(",", all);
  }
}
