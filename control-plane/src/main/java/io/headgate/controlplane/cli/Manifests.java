package io.headgate.controlplane.cli;

import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import io.headgate.fleet.codec.FleetReader;
import io.headgate.fleet.codec.ManifestDocument;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The objects of some files, all of them checked.
 *
 * @param objects by key, in the order of the files
 * @param places where each object stands, as {@code file:line}
 * @param mistakes every mistake, each as a line for people
 */
record Manifests(
    Map<ObjectKey, FleetObject> objects, Map<ObjectKey, String> places, List<String> mistakes) {
  private static final String STDIN = "-";

  /**
   * Reads files, directories (their *.yaml, *.yml and *.json, by name) and, for {@code -}, standard
   * input.
   *
   * @throws CommandFailure when something cannot be read or there is no object at all
   */
  static Manifests read(List<String> sources, Console console) {
    Manifests out = new Manifests(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (String source : sources) {
      if (source.equals(STDIN)) {
        out.add("stdin", console.readAll());
      } else {
        files(Path.of(source)).forEach(file -> out.add(file.toString(), text(file)));
      }
    }
    if (out.objects.isEmpty() && out.mistakes.isEmpty()) {
      throw CommandFailure.badInput("no object in " + String.join(", ", sources));
    }
    return out;
  }

  private static List<Path> files(Path source) {
    if (!Files.isDirectory(source)) {
      return List.of(source);
    }
    try (Stream<Path> children = Files.list(source)) {
      return children
          .filter(Files::isRegularFile)
          .filter(f -> f.getFileName().toString().matches(".+\\.(ya?ml|json)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw CommandFailure.badInput("cannot read " + source + ": " + e.getMessage());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw CommandFailure.badInput(file + " is not UTF-8");
    } catch (IOException e) {
      throw CommandFailure.badInput("cannot read " + file + ": no such file, or not readable");
    }
  }

  private void add(String source, String text) {
    for (ManifestDocument document : FleetReader.manifests(text)) {
      switch (document.object()) {
        case Checked.Valid<FleetObject> valid -> add(source, document.line(), valid.value());
        case Checked.Invalid<FleetObject> invalid ->
            invalid.violations().forEach(v -> mistakes.add(mistake(source, document.title(), v)));
      }
    }
  }

  private void add(String source, int line, FleetObject object) {
    String place = source + ":" + line;
    String other = places.putIfAbsent(object.key(), place);
    if (other != null) {
      mistakes.add(place + ": " + object.key() + ": stands already in " + other);
    } else {
      objects.put(object.key(), object);
    }
  }

  private static String mistake(String source, String title, Violation v) {
    StringBuilder out = new StringBuilder(source);
    if (v.line() > 0) {
      out.append(':').append(v.line());
    }
    out.append(": ");
    if (!title.isEmpty()) {
      out.append(title).append(": ");
    }
    return Table.printable(
        out.append(new Violation(v.path(), 0, v.value(), v.reason(), v.fix())).toString());
  }

  /** Ends the command when there is a mistake, and says all of them. */
  void requireNone() {
    if (!mistakes.isEmpty()) {
      throw CommandFailure.badInput(
          String.join("\n", mistakes)
              + "\n"
              + (mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes")
              + "; nothing was written");
    }
  }
}
