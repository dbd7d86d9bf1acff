package io.headgate.dataplane.hcm;

import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;

/**
 * What a proxy that runs short of something asks of connections and streams; the overload manager
 * answers. <b>Thread:</b> any; every method is a read.
 */
public interface Pressure {
  /** No shortage, ever. */
  Pressure NONE =
      new Pressure() {
        @Override
        public boolean closesAfterAnswer() {
          return false;
        }

        @Override
        public boolean refusesRequest() {
          return false;
        }

        @Override
        public boolean rejectsConnection() {
          return false;
        }

        @Override
        public long scaled(Timer timer, long nanos) {
          return nanos;
        }

        @Override
        public long lookAgainNanos(Timer timer) {
          return Long.MAX_VALUE;
        }
      };

  /**
   * Returns the same without the operator's word that the process is out of service, for listeners
   * that drain only when they are modified.
   */
  default Pressure ofShortageOnly() {
    return this;
  }

  /** Returns whether the connection shall end with the answer that goes out now. */
  boolean closesAfterAnswer();

  /** Returns whether the request that came now is refused; a scaled action draws lots. */
  boolean refusesRequest();

  /** Returns whether the connection that was accepted now is closed; a scaled action draws lots. */
  boolean rejectsConnection();

  /** Returns what is left of a timeout now; 0 stays 0, which is none. */
  long scaled(Timer timer, long nanos);

  /** Returns after how long a running timeout must be asked again, because it may have shrunk. */
  long lookAgainNanos(Timer timer);
}
