package io.headgate.controlplane.discovery;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of the discovery service, all since the start of the process.
 *
 * <p>Thread: any.
 */
public final class DiscoveryMeters {
  final LongAdder streamsOpened = new LongAdder();
  final LongAdder streamsClosed = new LongAdder();
  final LongAdder streamsRefused = new LongAdder();
  final LongAdder responses = new LongAdder();
  final LongAdder resources = new LongAdder();
  final LongAdder resourceBytes = new LongAdder();
  final LongAdder acks = new LongAdder();
  final LongAdder nacks = new LongAdder();
  final LongAdder staleRequests = new LongAdder();
  final LongAdder gateTimeouts = new LongAdder();

  void sent(Draft draft) {
    responses.increment();
    resources.add(draft.resources().size());
    draft.resources().forEach(resource -> resourceBytes.add(resource.any().length));
  }

  /** Streams that are open now. */
  public long openStreams() {
    return streamsOpened.sum() - streamsClosed.sum();
  }

  /**
   * Routes and listeners that were sent without their clusters' ACK, because it did not come in
   * time.
   */
  public long gateTimeouts() {
    return gateTimeouts.sum();
  }

  /** Every figure by its exported name. */
  public Map<String, Long> read() {
    Map<String, Long> figures = new TreeMap<>();
    figures.put("headgate_discovery_streams", openStreams());
    figures.put("headgate_discovery_streams_opened_total", streamsOpened.sum());
    figures.put("headgate_discovery_streams_refused_total", streamsRefused.sum());
    figures.put("headgate_discovery_responses_total", responses.sum());
    figures.put("headgate_discovery_resources_sent_total", resources.sum());
    figures.put("headgate_discovery_resource_bytes_sent_total", resourceBytes.sum());
    figures.put("headgate_discovery_acks_total", acks.sum());
    figures.put("headgate_discovery_nacks_total", nacks.sum());
    figures.put("headgate_discovery_stale_requests_total", staleRequests.sum());
    figures.put("headgate_discovery_gate_timeouts_total", gateTimeouts.sum());
    return figures;
  }
}
