package io.headgate.dataplane.app;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** The levels of the process's own log, in Envoy's words. Thread: any. */
final class LogLevels {
  private static final String ROOT = "root";
  private static final Map<String, Level> LEVELS =
      Map.of(
          "trace", Level.TRACE,
          "debug", Level.DEBUG,
          "info", Level.INFO,
          "warning", Level.WARN,
          "error", Level.ERROR,
          "critical", Level.FATAL,
          "off", Level.OFF);

  private LogLevels() {}

  static Map<String, String> all() {
    Map<String, String> levels = new TreeMap<>();
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      context
          .getConfiguration()
          .getLoggers()
          .forEach(
              (name, config) -> levels.put(name.isEmpty() ? ROOT : name, word(config.getLevel())));
    }
    return levels;
  }

  private static String word(Level level) {
    for (Map.Entry<String, Level> entry : LEVELS.entrySet()) {
      if (entry.getValue().equals(level)) {
        return entry.getKey();
      }
    }
    return level.name().toLowerCase(Locale.ROOT);
  }

  /** Sets the level of one logger, or of all when its name is empty. */
  static void set(String logger, String level) {
    Level wanted = LEVELS.get(level);
    if (wanted == null) {
      throw new IllegalArgumentException(
          "level: \""
              + level
              + "\" is no level; use one of "
              + List.copyOf(new TreeMap<>(LEVELS).keySet()));
    }
    if (logger.isEmpty()) {
      Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, wanted);
    } else {
      Configurator.setLevel(logger.equals(ROOT) ? LogManager.ROOT_LOGGER_NAME : logger, wanted);
    }
  }
}
