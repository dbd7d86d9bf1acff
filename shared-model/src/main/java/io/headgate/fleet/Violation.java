package io.headgate.fleet;

/**
 * One thing that is wrong with a manifest, a stored value or a bootstrap, for the person who wrote
 * it.
 *
 * @param path for example {@code spec.rules[2].backendRefs[0].weight}; empty for the document
 *     itself
 * @param line from 1; 0 when there is no text
 * @param value what stands there, shortened; empty when it is missing or secret
 * @param reason what is wrong with it
 * @param fix what to write instead; empty when there is nothing to say
 */
public record Violation(String path, int line, String value, String reason, String fix) {

  /**
   * {@code line 12: spec.port: "x": must be a number; write 80}, without the parts that are empty.
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    if (line > 0) {
      out.append("line ").append(line).append(": ");
    }
    if (!path.isEmpty()) {
      out.append(path).append(": ");
    }
    if (!value.isEmpty()) {
      out.append('"').append(value).append("\": ");
    }
    out.append(reason);
    if (!fix.isEmpty()) {
      out.append("; ").append(fix);
    }
    return out.toString();
  }
}
