package io.headgate.websocket;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each case of the Autobahn suite gets the verdict through the proxy that it gets direct to the
 * backend. Too long for a build: {@code integration-tests/suite.sh autobahn}.
 */
class AutobahnCheck {
  private static final int CASES = 301;

  @TempDir Path directory;

  @Test
  void theProxyChangesNoVerdict() throws IOException, InterruptedException {
    VerdictComparison.run(Autobahn.basic(directory), directory, List.of("*"), CASES);
  }
}
