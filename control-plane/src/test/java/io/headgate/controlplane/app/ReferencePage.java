package io.headgate.controlplane.app;

/** The tables of the configuration reference; run it to print them. */
final class ReferencePage {
  private ReferencePage() {}

  public static void main(String[] arguments) {
    System.out.print(tables());
  }

  static String tables() {
    StringBuilder text =
        new StringBuilder(
            "| setting | variable | default | takes | meaning |\n|---|---|---|---|---|\n");
    SettingTable.ALL.forEach(setting -> text.append(row(setting)));
    text.append("\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (ExitCode code : ExitCode.values()) {
      text.append(row(code));
    }
    return text.toString();
  }

  static String row(Setting setting) {
    String fallback = setting.fallback().isEmpty() ? "–" : "`" + setting.fallback() + "`";
    return "| `%s` | `%s` | %s | %s | %s |%n"
        .formatted(
            setting.key(), setting.variable(), fallback, setting.kind().allowed(), setting.help());
  }

  static String row(ExitCode code) {
    return "| %d | %s |%n".formatted(code.code(), code.meaning());
  }
}
