package io.headgate.controlplane.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;

/** How an answer is printed. */
final class Output {
  enum Format {
    table,
    json,
    yaml
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (for people, the default), json or yaml (for scripts).")
  Format format = Format.table;

  /** Prints the answer as it came. False when a table is wanted instead. */
  boolean print(JsonNode answer, PrintWriter out) {
    switch (format) {
      case table -> {
        return false;
      }
      case json -> out.println(json(answer));
      case yaml -> out.print(yaml(answer));
    }
    out.flush();
    return true;
  }

  static String json(JsonNode node) {
    return ApiClient.JSON
        .writer()
        .with(SerializationFeature.INDENT_OUTPUT)
        .writeValueAsString(node);
  }

  static String yaml(JsonNode node) {
    DumpSettings settings =
        DumpSettings.builder()
            .setSchema(new CoreSchema())
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndent(2)
            .setWidth(120)
            .build();
    return new Dump(settings).dumpToString(plain(node));
  }

  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      return ApiClient.JSON.treeToValue(node, Map.class);
    } else if (node.isArray()) {
      return ApiClient.JSON.treeToValue(node, List.class);
    }
    return ApiClient.JSON.treeToValue(node, Object.class);
  }
}
