package io.headgate.controlplane.cli;

/** How a command ends; {@code docs/cli.md} has the same table. */
public enum Exit {
  OK(0, "done"),
  FAILURE(1, "an unforeseen error, or an answer that is not understood"),
  BAD_INPUT(
      2,
      "a command line, manifest or value is wrong; each mistake is printed and nothing was"
          + " written"),
  NOT_FOUND(3, "there is no such object, service or host"),
  REFUSED(4, "no token, an unknown token, or a role that does not suffice"),
  TIMEOUT(5, "what was waited for did not happen in time"),
  UNAVAILABLE(6, "no server answers, or it cannot write now; the reason is printed"),
  CONFLICT(7, "somebody else wrote in between, or the state does not allow it"),
  FAILED(8, "what was waited for cannot happen: an object is held or a proxy refused it");

  private final int code;
  private final String meaning;

  Exit(int code, String meaning) {
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
