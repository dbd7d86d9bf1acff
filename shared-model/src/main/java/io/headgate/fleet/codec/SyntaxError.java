package io.headgate.fleet.codec;

import io.headgate.fleet.Violation;

/** Ends the reading of one text that cannot be read further; never leaves the package. */
final class SyntaxError extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final String fix;

  SyntaxError(int line, String reason, String fix) {
    super(reason, null, false, false);
    this.line = line;
    this.fix = fix;
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  int line() {
    return line;
  }

  String fix() {
    return fix;
  }

  Violation violation() {
    return new Violation("", line, "", reason(), fix);
  }
}
