package io.headgate.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An unpacked distribution: {@code bin}, {@code lib}, {@code conf}.
 *
 * @param home its directory
 */
public record Installation(Path home) {

  /**
   * The distribution that the environment variable HEADGATE_HOME names, else the one that this
   * source tree's build left in {@code deploy/target}.
   *
   * @throws IllegalStateException if there is neither
   */
  public static Installation find() {
    String named = System.getenv("HEADGATE_HOME");
    if (named != null) {
      return new Installation(Path.of(named));
    }
    Path here = Path.of("").toAbsolutePath();
    for (Path root = here; root != null; root = root.getParent()) {
      Path target = root.resolve("deploy/target");
      if (Files.isDirectory(target)) {
        return new Installation(newest(target));
      }
    }
    throw new IllegalStateException(
        "no deploy/target above " + here + ": build with `mvn package`, or set HEADGATE_HOME");
  }

  /** The assembly's directory holds one directory of the distribution's name. */
  private static Path newest(Path target) {
    try (Stream<Path> files = Files.walk(target, 4)) {
      return files
          .filter(file -> file.endsWith("bin/headgate-proxy"))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .map(file -> file.resolve("../..").normalize())
          .orElseThrow(() ->
              new IllegalStateException(
                  "no distribution in " + target + ": build with `mvn package`"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command line of a proxy with this bootstrap, so many event loops, and other flags. */
  public List<String> proxy(Path bootstrap, int loops, String... flags) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program("headgate-proxy"),
                "-c",
                bootstrap.toString(),
                "--concurrency",
                Integer.toString(loops)));
    command.addAll(List.of(flags));
    return command;
  }

  /** The path of a program, for a command line. */
  public String program(String name) {
    Path program = home.resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException("no program " + program);
    }
    return program.toString();
  }
}
