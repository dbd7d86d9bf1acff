package io.headgate.websocket;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cases with {@code permessage-deflate} (groups 12 and 13), which the two ends negotiate and
 * the proxy passes on as it is. {@code integration-tests/suite.sh autobahn --long}.
 */
class AutobahnCompressionCheck {
  private static final int CASES = 216;

  @TempDir Path directory;

  @Test
  void theProxyChangesNoVerdict() throws IOException, InterruptedException {
    VerdictComparison.run(
        Autobahn.withCompression(directory), directory, List.of("12.*", "13.*"), CASES);
  }
}
