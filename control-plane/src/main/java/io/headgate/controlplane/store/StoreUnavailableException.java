package io.headgate.controlplane.store;

/**
 * Etcd did not answer, or refused for a reason that is not the caller's; the message says which.
 */
public final class StoreUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreUnavailableException(String message) {
    super(message);
  }
}
