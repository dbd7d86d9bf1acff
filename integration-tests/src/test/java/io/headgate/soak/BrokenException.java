package io.headgate.soak;

import java.io.IOException;

/** An exchange that did not end as it had to. */
final class BrokenException extends IOException {
  private static final long serialVersionUID = 1;

  /** How far it came. */
  enum Stage {
    /** Nothing of an answer came. */
    NO_ANSWER,
    /** An answer of the proxy's own came. */
    REFUSED,
    /** The backend's answer had begun. */
    BEGUN,
    /** What came was not what was asked for: nothing but the proxy can be the cause. */
    WRONG
  }

  private final Stage stage;

  BrokenException(Stage stage, String what) {
    super(what);
    this.stage = stage;
  }

  BrokenException(Stage stage, IOException cause) {
    super(cause.toString(), cause);
    this.stage = stage;
  }

  Stage stage() {
    return stage;
  }
}
