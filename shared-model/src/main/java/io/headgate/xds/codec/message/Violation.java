package io.headgate.xds.codec.message;

/**
 * One reason why a configuration cannot be taken.
 *
 * @param path field path such as {@code filter_chains[0].filters[0].typed_config.http_filters[1]}
 * @param value what was found there, shortened; never the content of a secret
 * @param reason what is wrong with it
 * @param fix what would be right
 */
public record Violation(String path, String value, String reason, String fix) {
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(path.isEmpty() ? "(root)" : path).append(": ");
    text.append(reason);
    if (!value.isEmpty()) {
      text.append(" (is ").append(value).append(')');
    }
    if (!fix.isEmpty()) {
      text.append("; ").append(fix);
    }
    return text.toString();
  }
}
