package io.headgate.routing;

import io.headgate.differential.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One request for a table. */
record Probe(int id, Table table, String method, String target, List<Field> fields, String body) {
  static final String ID = "x-probe";

  byte[] bytes(String peer) {
    StringBuilder out = new StringBuilder();
    out.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    fields.forEach(
        field -> out.append(field.name()).append(": ").append(field.value()).append("\r\n"));
    out.append(ID).append(": ").append(peer).append('-').append(id).append("\r\n");
    if (!body.isEmpty()) {
      out.append("content-length: ").append(body.length()).append("\r\n");
    }
    out.append("\r\n").append(body);
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return method + " " + target + " " + fields + (body.isEmpty() ? "" : " with a body");
  }
}
