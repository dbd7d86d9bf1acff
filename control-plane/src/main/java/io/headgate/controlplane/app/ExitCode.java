package io.headgate.controlplane.app;

/** How the process ends. */
public enum ExitCode {
  OK(0, "ended as it was asked to"),
  FAILURE(1, "an unforeseen error; the log has its trace"),
  BAD_CONFIG(2, "a flag, variable, config file or tokens file is wrong; each problem is printed"),
  CANNOT_BIND(3, "an address is taken or not of this machine"),
  DATA_DIR(4, "the data directory can't be written, or another process uses it");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
