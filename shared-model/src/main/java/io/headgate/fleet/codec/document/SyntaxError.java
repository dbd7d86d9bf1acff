package io.headgate.fleet.codec.document;

import io.headgate.fleet.Violation;

/** Ends the reading of one text that cannot be read further; never leaves the package. */
public final class SyntaxError extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final String fix;

  public SyntaxError(int line, String reason, String fix) {
    super(reason, null, false, false);
    this.line = line;
    this.fix = fix;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }

  public int line() {
    return line;
  }

  public String fix() {
    return fix;
  }

  public Violation violation() {
    return new Violation("", line, "", reason(), fix);
  }
}
