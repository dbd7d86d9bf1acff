package io.headgate.controlplane.cli;

/** Ends a command with a message for people and an exit code; no stack trace is shown. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Exit exit;

  CommandFailure(Exit exit, String message) {
    super(message, null, false, false);
    this.exit = exit;
  }

  Exit exit() {
    return exit;
  }

  static CommandFailure badInput(String message) {
    return new CommandFailure(Exit.BAD_INPUT, message);
  }
}
