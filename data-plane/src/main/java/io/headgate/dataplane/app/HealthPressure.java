package io.headgate.dataplane.app;

import io.headgate.dataplane.hcm.Pressure;
import io.headgate.xds.model.bootstrap.OverloadManager.ScaledTimer.Timer;

/**
 * The overload manager's word, and the operator's: while the health check fails, connections end
 * with the answer that goes out. Thread: any.
 */
final class HealthPressure implements Pressure {
  private final Pressure overload;
  private volatile boolean failing;

  HealthPressure(Pressure overload) {
    this.overload = overload;
  }

  void fail(boolean fails) {
    failing = fails;
  }

  @Override
  public Pressure ofShortageOnly() {
    return overload;
  }

  @Override
  public boolean closesAfterAnswer() {
    return failing || overload.closesAfterAnswer();
  }

  @Override
  public boolean refusesRequest() {
    return overload.refusesRequest();
  }

  @Override
  public boolean rejectsConnection() {
    return overload.rejectsConnection();
  }

  @Override
  public long scaled(Timer timer, long nanos) {
    return overload.scaled(timer, nanos);
  }

  @Override
  public long lookAgainNanos(Timer timer) {
    return overload.lookAgainNanos(timer);
  }
}
