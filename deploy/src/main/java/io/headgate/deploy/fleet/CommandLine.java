package io.headgate.deploy.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program {@code headgate}, run as a person would run it. */
public final class CommandLine {

  private static final Duration BOUND = Duration.ofMinutes(2);

  /**
   * What a run gave.
   *
   * @param exitCode as documented in {@code docs/cli.md}
   */
  public record Result(int exitCode, String output, String errors) {

    /** Output and errors, for looking something up. */
    public String all() {
      return output + errors;
    }
  }

  private final String program;
  private final Map<String, String> environment;

  CommandLine(String program, Map<String, String> environment) {
    this.program = program;
    this.environment = environment;
  }

  /** Runs a command to its end, at most two minutes. */
  public Result run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    try {
      Path errors = Files.createTempFile("headgate-cli", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(Redirect.to(errors.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " did not end");
      }
      Result result = new Result(process.exitValue(), output, Files.readString(errors));
      Files.delete(errors);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command that must succeed and returns its output. */
  public String must(String... arguments) {
    Result result = run(arguments);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "headgate "
              + String.join(" ", arguments)
              + " ended with "
              + result.exitCode()
              + ": "
              + result.all());
    }
    return result.output();
  }
}
