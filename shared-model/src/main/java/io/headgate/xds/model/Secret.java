package io.headgate.xds.model;

import io.headgate.xds.model.tls.SecretValue;
import io.headgate.xds.model.value.Checks;

/** A secret under the name by which TLS contexts ask for it. */
public record Secret(String name, SecretValue value) implements Resource {
  public Secret {
    Checks.notEmpty(name, "name");
  }
}
