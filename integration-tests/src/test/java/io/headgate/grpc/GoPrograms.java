package io.headgate.grpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Go module of the interoperability client and server: builds it and says where things are. */
final class GoPrograms {

  private static final Path MODULE = Path.of("grpc-interop").toAbsolutePath();
  private static final long BUILD_BOUND_SECONDS = 600;

  private final Path directory;

  GoPrograms(Path directory) {
    this.directory = directory;
  }

  /** Builds a program of the module's dependencies or of its own. */
  String build(String name, String what) {
    Path program = directory.resolve(name);
    run("go", "build", "-o", program.toString(), what);
    return program.toString();
  }

  /** Where the library's sources lie, with its test certificates. */
  Path library() {
    return Path.of(run("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/grpc").strip());
  }

  private static String run(String... command) {
    return new Run(MODULE, List.of(command), BUILD_BOUND_SECONDS).output();
  }

  /** A command that must end well, and what it wrote. */
  record Run(Path in, List<String> command, long boundSeconds) {

    /** Both streams of a command that ended with 0. */
    String output() {
      Result result = result();
      if (result.code() != 0) {
        throw new AssertionError(command + " ended with " + result.code() + ": " + result.text());
      }
      return result.text();
    }

    Result result() {
      try {
        Process process =
            new ProcessBuilder(new ArrayList<>(command))
                .directory(in.toFile())
                .redirectErrorStream(true)
                .start();
        // Ends a command that hangs, so that its output ends too.
        process
            .onExit()
            .orTimeout(boundSeconds, TimeUnit.SECONDS)
            .exceptionally(_ -> {
              return process.destroyForcibly();
            });
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
      } catch (IOException e) {
        throw new AssertionError("cannot run " + command, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** How a command ended. */
  record Result(int code, String text) {}
}
