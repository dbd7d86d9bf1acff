package io.headgate.dataplane.app;

/** How the process ends. */
public enum ExitCode {
  /** It drained and ended, or the config that was to be checked is valid. */
  OK(0, "ended as asked, or the configuration is valid"),
  /** Something that should not happen happened; the log says what. */
  FAILURE(1, "an unexpected error, see the log"),
  /** A flag or an environment variable is unknown or has a bad value. */
  USAGE(2, "a flag or an environment variable is unknown or has a bad value"),
  /** The bootstrap can not be read or breaks a rule. */
  BOOTSTRAP(3, "the bootstrap can not be read or is not valid"),
  /** A socket of the bootstrap could not be opened: a listener's or the admin's. */
  ADDRESS(4, "a listener of the bootstrap or the admin interface could not be bound"),
  /** The drain time, or a second signal, ended requests that were in flight. */
  CUT_OFF(5, "the drain time or a second signal cut off requests in flight"),
  /** The process that runs did not hand its sockets over, or took them back. */
  HANDOVER(6, "the process that runs did not hand its listening sockets over, and goes on");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }

  /** For people. */
  public String meaning() {
    return meaning;
  }
}
