package io.headgate.controlplane.cli;

import java.net.http.HttpResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** An answer of the API that is not a success: {@code application/problem+json}. */
record ApiProblem(int status, JsonNode body) {

  static ApiProblem of(HttpResponse<String> response) {
    JsonNode body;
    try {
      body = ApiClient.JSON.readTree(response.body());
    } catch (JacksonException e) {
      body = ApiClient.JSON.createObjectNode();
    }
    return new ApiProblem(response.statusCode(), body);
  }

  /** Title, detail and all violations, each in a line of its own. */
  String text() {
    StringBuilder out = new StringBuilder();
    JsonNode violations = body.path("violations");
    if (violations.isEmpty()) {
      out.append(Table.printable(body.path("title").asString("status " + status)));
      String detail = body.path("detail").asString("");
      if (!detail.isEmpty()) {
        out.append(": ").append(Table.printable(detail));
      }
    }
    for (JsonNode violation : violations) {
      out.append(out.isEmpty() ? "" : "\n").append(violation(violation));
    }
    for (JsonNode item : body.path("items")) {
      out.append("\nwritten: ").append(Table.printable(ObjectNames.of(item)));
    }
    return out.toString();
  }

  static String violation(JsonNode v) {
    StringBuilder out = new StringBuilder();
    append(out, v.path("object").asString(""), ": ");
    append(out, v.path("path").asString(""), ": ");
    String value = v.path("value").asString("");
    append(out, value.isEmpty() ? "" : "\"" + value + "\"", ": ");
    out.append(v.path("reason").asString(""));
    String fix = v.path("fix").asString("");
    if (!fix.isEmpty()) {
      out.append("; ").append(fix);
    }
    return Table.printable(out.toString());
  }

  private static void append(StringBuilder out, String part, String end) {
    if (!part.isEmpty()) {
      out.append(part).append(end);
    }
  }

  CommandFailure failure() {
    Exit exit =
        switch (status) {
          case 400, 413, 422 -> Exit.BAD_INPUT;
          case 401, 403 -> Exit.REFUSED;
          case 404 -> Exit.NOT_FOUND;
          case 409, 412 -> Exit.CONFLICT;
          case 429, 503 -> Exit.UNAVAILABLE;
          default -> Exit.FAILURE;
        };
    return new CommandFailure(exit, text());
  }
}
