package io.headgate.controlplane.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads settings: defaults, then the config file, then the environment, then flags; a later one
 * wins. Collects every problem, each with where it is, the key, the value and what is allowed.
 */
final class SettingReader {
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> places = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  SettingReader() {
    for (Setting setting : SettingTable.ALL) {
      values.put(setting.key(), setting.fallback());
      places.put(setting.key(), "default");
    }
  }

  /** The value of each key, as text; empty for none. */
  Map<String, String> values() {
    return values;
  }

  /** Where a key's value comes from, for messages. */
  String place(String key) {
    return places.getOrDefault(key, "");
  }

  List<String> problems() {
    return problems;
  }

  void file(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      problems.add("config file " + file + ": can't be read: " + e.getMessage());
      return;
    }
    LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      root.ifPresent(node -> node(file, "", node));
    } catch (YamlEngineException e) {
      problems.add("config file " + file + ": no YAML: " + e.getMessage());
    }
  }

  void environment(Map<String, String> environment) {
    environment.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(Setting.VARIABLE_PREFIX))
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> {
          Optional<Setting> setting =
              SettingTable.ALL.stream()
                  .filter(candidate -> candidate.variable().equals(entry.getKey()))
                  .findFirst();
          String place = "variable " + entry.getKey();
          if (setting.isPresent()) {
            set(setting.get(), entry.getValue(), place);
          } else {
            problems.add(place + ": unknown");
          }
        });
  }

  /** One flag without its dashes. */
  void flag(String key, String value) {
    Optional<Setting> setting = SettingTable.find(key);
    if (setting.isPresent()) {
      set(setting.get(), value, "flag --" + key);
    } else {
      problems.add("flag --" + key + ": unknown" + suggestion(key));
    }
  }

  private void node(Path file, String path, Node node) {
    switch (node) {
      case MappingNode mapping -> {
        List<String> seen = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
          String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
          String child = path.isEmpty() ? name : path + "." + name;
          if (seen.contains(name)) {
            problems.add(at(file, tuple.getKeyNode()) + ": " + child + " stands here twice");
          }
          seen.add(name);
          node(file, child, tuple.getValueNode());
        }
      }
      case SequenceNode sequence -> {
        List<String> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(item instanceof ScalarNode scalar ? scalar.getValue() : "{…}");
        }
        fileValue(file, path, sequence, String.join(",", items));
      }
      case ScalarNode scalar -> fileValue(file, path, scalar, scalar.getValue());
      default -> problems.add(at(file, node) + ": " + path + ": neither a value nor a mapping");
    }
  }

  private void fileValue(Path file, String path, Node node, String value) {
    String place = at(file, node);
    Optional<Setting> setting = SettingTable.find(path);
    if (setting.isPresent()) {
      set(setting.get(), value, place);
    } else if (SettingTable.ALL.stream().anyMatch(s -> s.key().startsWith(path + "."))) {
      if (!value.isEmpty()) {
        problems.add(
            place + ": " + path + ": takes settings below it, not the value \"" + value + "\"");
      }
    } else {
      problems.add(
          place + ": unknown key " + path + " (value \"" + value + "\")" + suggestion(path));
    }
  }

  private void set(Setting setting, String value, String place) {
    if (value.isEmpty() && setting.fallback().isEmpty()) {
      return;
    }
    if (setting.accepts(value)) {
      values.put(setting.key(), value);
      places.put(setting.key(), place);
    } else {
      problems.add(
          place
              + ": "
              + setting.key()
              + ": \""
              + value
              + "\" is not allowed: "
              + setting.kind().allowed());
    }
  }

  private static String suggestion(String wrong) {
    return SettingTable.nearest(wrong)
        .map(key -> "; did you mean " + key + "?")
        .orElse("; `--help` lists all");
  }

  private static String at(Path file, Node node) {
    return file + ":" + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
