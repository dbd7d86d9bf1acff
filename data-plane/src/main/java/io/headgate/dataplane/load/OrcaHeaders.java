package io.headgate.dataplane.load;

import io.headgate.dataplane.endpoint.EndpointLoad;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;

/**
 * Takes ORCA reports out of an answer's head or trailers: counts them on the endpoint and removes
 * them, so that no client ever sees one.
 *
 * <p>Thread: the answer's event loop.
 */
public final class OrcaHeaders {

  /** What was there. */
  public enum Found {
    NOTHING,
    COUNTED,
    REFUSED
  }

  private OrcaHeaders() {}

  /** Counts and removes every report in the fields. */
  public static Found strip(HeaderBlock fields, EndpointLoad load) {
    int at = fields.find(HeaderNames.ENDPOINT_LOAD_METRICS, 0);
    boolean binary = fields.contains(HeaderNames.ENDPOINT_LOAD_METRICS_BIN);
    if (at < 0 && !binary) {
      return Found.NOTHING;
    }
    Found found = Found.REFUSED;
    if (at >= 0) {
      // A second report of the same answer is not counted: which one would be true?
      boolean single = fields.find(HeaderNames.ENDPOINT_LOAD_METRICS, at + 1) < 0;
      if (single
          && OrcaParser.count(fields.array(), fields.valueOffset(at), fields.valueLength(at), load)
              == OrcaParser.Outcome.COUNTED) {
        found = Found.COUNTED;
      }
      fields.remove(HeaderNames.ENDPOINT_LOAD_METRICS);
    }
    if (binary) {
      fields.remove(HeaderNames.ENDPOINT_LOAD_METRICS_BIN);
    }
    return found;
  }
}
