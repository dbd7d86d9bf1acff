package io.headgate.xds.model.route;

import io.headgate.xds.model.value.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the request line before it is forwarded.
 *
 * @param prefix replaces the matched prefix (or the whole path after an exact match); null for none
 * @param hostLiteral replaces the authority; null for none
 */
public record Rewrite(@Nullable String prefix, @Nullable String hostLiteral) {
  public static final Rewrite NONE = new Rewrite(null, null);

  public Rewrite {
    Checks.require(prefix == null || !prefix.isEmpty(), "prefix_rewrite must not be empty");
    Checks.require(
        hostLiteral == null || !hostLiteral.isEmpty(), "host_rewrite_literal must not be empty");
  }
}
