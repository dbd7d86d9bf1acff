package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;

/**
 * A gRPC service that secrets come from. Equal ones are one stream.
 *
 * @param cluster of the bootstrap, at which it is
 * @param delta whether only changes are sent; else the state of the world
 */
public record SecretService(String cluster, boolean delta) {
  public SecretService {
    Checks.notEmpty(cluster, "cluster_name");
  }
}
