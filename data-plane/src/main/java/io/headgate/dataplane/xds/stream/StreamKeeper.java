package io.headgate.dataplane.xds.stream;

import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import io.headgate.dataplane.xds.thread.XdsThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream open to one of the control planes.
 *
 * <pre>
 *   idle ──start──▶ connecting ──connected──▶ streaming
 *                      ▲   │ ended              │ ended
 *                      │   ▼                    ▼
 *                      └── waiting (backoff) ◀──┘
 * </pre>
 *
 * <p>Thread: the xds thread.
 */
public final class StreamKeeper {
  private static final Logger log = LoggerFactory.getLogger(StreamKeeper.class);

  private final XdsThread thread;
  private final AdsStream.Opener opener;
  private final ControlPlaneCycle cycle;
  private final Backoff backoff;
  private final Listener listener;
  private State state = new Idle();

  /** Where the keeper is; each state ignores events of streams before it. */
  private sealed interface State permits Idle, Waiting, Open {}

  private record Idle() implements State {}

  private record Waiting(XdsThread.Timer timer) implements State {}

  /** A stream that connects, or works since {@code workingSince}. */
  private static final class Open implements State {
    final ControlPlane controlPlane;
    Optional<AdsStream> stream = Optional.empty();
    Optional<Long> workingSince = Optional.empty();

    Open(ControlPlane controlPlane) {
      this.controlPlane = controlPlane;
    }
  }

  /** What the owner is told. */
  public interface Listener {
    /** A stream is open. */
    public void connected(ControlPlane controlPlane);

    /** A response was judged. */
    void answered(Optional<ResourceType> type, ResponseJudge.Verdict verdict);

    /** An open stream was lost, or an attempt failed. */
    void lost(ControlPlane controlPlane, boolean wasConnected, String reason);
  }

  public StreamKeeper(
      XdsThread thread,
      AdsStream.Opener opener,
      ControlPlaneCycle cycle,
      RandomGenerator random,
      Listener listener) {
    this.thread = thread;
    this.opener = opener;
    this.cycle = cycle;
    this.backoff = new Backoff(random);
    this.listener = listener;
  }

  public void start() {
    if (state instanceof Idle) {
      connect();
    }
  }

  /**
   * Ends for good: no event follows.
   *
   * @return completes when the stream is closed, after about a second at the latest
   */
  public CompletableFuture<Void> stop() {
    State last = state;
    state = new Idle();
    if (last instanceof Waiting(XdsThread.Timer timer)) {
      timer.cancel();
    }
    return last instanceof Open open && open.stream.isPresent()
        ? open.stream.get().close()
        : CompletableFuture.completedFuture(null);
  }

  public void interestChanged(ResourceType type) {
    if (state instanceof Open open && open.workingSince.isPresent()) {
      open.stream.ifPresent(stream -> stream.interestChanged(type));
    }
  }

  public boolean connected() {
    return state instanceof Open open && open.workingSince.isPresent();
  }

  /** Whether all control planes have failed in a row. */
  public boolean exhausted() {
    return cycle.exhausted();
  }

  private void connect() {
    Open open = new Open(cycle.next());
    state = open;
    open.stream = Optional.of(opener.open(open.controlPlane, new EventsOf(open)));
  }

  /** The events of one stream; those that come after the keeper moved on are ignored. */
  private final class EventsOf implements AdsStream.Events {
    private final Open open;

    EventsOf(Open open) {
      this.open = open;
    }

    @Override
    public void connected() {
      if (state != open || open.workingSince.isPresent()) {
        return;
      }
      open.workingSince = Optional.of(thread.nanoTime());
      cycle.worked();
      log.atInfo()
          .addKeyValue("cluster", open.controlPlane.cluster().name())
          .addKeyValue("control_plane", open.controlPlane.label())
          .log("connected to a control plane");
      listener.connected(open.controlPlane);
    }

    @Override
    public void answered(Optional<ResourceType> type, ResponseJudge.Verdict verdict) {
      if (state == open) {
        listener.answered(type, verdict);
      }
    }

    @Override
    public void ended(String reason) {
      if (state != open) {
        return;
      }
      long healthy = open.workingSince.map(since -> thread.nanoTime() - since).orElse(0L);
      cycle.failed(open.controlPlane);
      Duration wait = backoff.afterFailure(healthy);
      log.atInfo()
          .addKeyValue("cluster", open.controlPlane.cluster().name())
          .addKeyValue("control_plane", open.controlPlane.label())
          .addKeyValue("reason", reason)
          .addKeyValue("retry_ms", wait.toMillis())
          .log(healthy > 0 ? "lost the control plane" : "no connection to a control plane");
      state = new Waiting(thread.schedule(wait, StreamKeeper.this::connect));
      listener.lost(open.controlPlane, open.workingSince.isPresent(), reason);
    }
  }
}
