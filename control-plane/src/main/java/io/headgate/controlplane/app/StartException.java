package io.headgate.controlplane.app;

/** The process can't start; says how it ends and why. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  StartException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  StartException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
