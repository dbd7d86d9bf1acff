package io.headgate.dataplane.listener.handover;

/** There is a process that runs, and it handed nothing over. */
public final class HandoverException extends Exception {
  private static final long serialVersionUID = 1L;

  HandoverException(String reason) {
    super(reason);
  }
}
