package io.headgate.xds.model.tls;

import io.headgate.xds.model.value.Checks;
import java.time.Duration;

/** Where a TLS context takes a secret from. */
public sealed interface SecretRef {
  /** A value in the context itself. */
  record Own(SecretValue value) implements SecretRef {}

  /** A secret of the bootstrap. */
  record Fixed(String name) implements SecretRef {
    public Fixed {
      Checks.notEmpty(name, "name");
    }
  }

  /**
   * A secret that the control plane sends on the aggregated stream.
   *
   * @param fetchTimeout how long a start waits for it; zero for ever
   */
  record Discovered(String name, Duration fetchTimeout) implements SecretRef {
    public Discovered {
      Checks.notEmpty(name, "name");
      Checks.notNegative(fetchTimeout, "initial_fetch_timeout");
    }
  }

  /**
   * A secret that a service of its own sends.
   *
   * @param fetchTimeout how long a start waits for it; zero for ever
   */
  record FromService(String name, SecretService service, Duration fetchTimeout)
      implements SecretRef {
    public FromService {
      Checks.notEmpty(name, "name");
      Checks.notNegative(fetchTimeout, "initial_fetch_timeout");
    }
  }

  /**
   * A secret in a file of its own, which holds a DiscoveryResponse.
   *
   * @param name of the secret in the file
   */
  record InFile(String name, String path) implements SecretRef {
    public InFile {
      Checks.notEmpty(name, "name");
      Checks.notEmpty(path, "path");
    }
  }
}
