package io.headgate.perf.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Config files of the peers: templates beside this class, with {@code ${name}} filled in. */
final class ConfigFile {

  private ConfigFile() {}

  static Path write(Path directory, String template, Map<String, ?> values) {
    try (InputStream in = ConfigFile.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new IllegalArgumentException("no template " + template);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, ?> value : values.entrySet()) {
        text = text.replace("${" + value.getKey() + "}", value.getValue().toString());
      }
      Files.createDirectories(directory);
      return Files.writeString(directory.resolve(template), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
