package io.headgate.deploy.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text with {@code ${name}} in it. */
public final class Template {

  private static final Pattern HOLE = Pattern.compile("\\$\\{(\\w+)}");

  private Template() {}

  /** Fills in every hole; one without a value is an error that names it. */
  public static String fill(String template, Map<String, String> values) {
    Matcher holes = HOLE.matcher(template);
    return holes.replaceAll(hole -> {
      String value = values.get(hole.group(1));
      if (value == null) {
        throw new IllegalArgumentException("no value for ${" + hole.group(1) + "}");
      }
      return Matcher.quoteReplacement(value);
    });
  }

  /** Fills in a resource of this package. */
  static String resource(String name, Map<String, String> values) {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return fill(new String(in.readAllBytes(), StandardCharsets.UTF_8), values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fills in every file of a directory and writes the results to another one. */
  public static void directory(Path from, Path to, Map<String, String> values) {
    try (var files = Files.list(from)) {
      Files.createDirectories(to);
      for (Path file : files.sorted().toList()) {
        Files.writeString(to.resolve(file.getFileName()), fill(Files.readString(file), values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
