package io.headgate.dataplane.app;

import java.util.stream.Collectors;

/** What {@code --help} prints. */
final class Help {
  private Help() {}

  static String text() {
    StringBuilder text = new StringBuilder();
    text.append("usage: headgate-proxy -c FILE [flags]\n\n");
    text.append(
        "Carries HTTP traffic as an Envoy bootstrap and its control plane say.\n\nflags:\n");
    for (Flag flag : Flag.values()) {
      String names =
          (flag.shortName().isEmpty() ? "    " : flag.shortName() + ", ") + flag.longName();
      String left = flag.isSwitch() ? names : names + " " + flag.value();
      text.append("  ").append(left).append('\n');
      text.append("        ").append(flag.meaning()).append('\n');
    }
    text.append("\nenvironment: each flag has a variable, which the flag overrides:\n");
    for (Flag flag : Flag.values()) {
      if (flag != Flag.VERSION && flag != Flag.HELP) {
        text.append("  ").append(flag.environmentVariable()).append('\n');
      }
    }
    text.append("\nexit status:\n");
    text.append(
        java.util.Arrays.stream(ExitCode.values())
            .map(code -> "  " + code.code() + "  " + code.meaning())
            .collect(Collectors.joining("\n")));
    return text.toString();
  }
}
