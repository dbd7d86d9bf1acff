package io.headgate.controlplane.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One run of the command. */
record Run(int code, String out, String err) {

  static Run of(Map<String, String> environment, String stdin, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console =
        new Console(
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            environment);
    int code = Headgate.run(console, arguments);
    return new Run(code, out.toString(), err.toString());
  }

  /** Asks a server with the right token. */
  static Run at(FakeApi api, String... arguments) {
    return of(Map.of("HEADGATE_SERVER", api.url(), "HEADGATE_TOKEN", FakeApi.TOKEN), "", arguments);
  }
}
