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
    int text = fields.find(HeaderNames.ENDPOINT_LOAD_METRICS, 0);
    int binary = fields.find(HeaderNames.ENDPOINT_LOAD_METRICS_BIN, 0);
    if (text < 0 && binary < 0) {
      return Found.NOTHING;
    }
    Found found = Found.REFUSED;
    if (isSingle(fields, text, binary)) {
      int at = Math.max(text, binary);
      byte[] bytes = fields.array();
      OrcaParser.Outcome outcome =
          text >= 0
              ? OrcaParser.count(bytes, fields.valueOffset(at), fields.valueLength(at), load)
              : OrcaParser.countBinary(bytes, fields.valueOffset(at), fields.valueLength(at), load);
      found = outcome == OrcaParser.Outcome.COUNTED ? Found.COUNTED : Found.REFUSED;
    }
    fields.remove(HeaderNames.ENDPOINT_LOAD_METRICS);
    fields.remove(HeaderNames.ENDPOINT_LOAD_METRICS_BIN);
    return found;
  }

  /** A second report of the same answer is not counted: which one would be true? */
  private static boolean isSingle(HeaderBlock fields, int text, int binary) {
    return (text < 0 || binary < 0)
        && (text < 0 || fields.find(HeaderNames.ENDPOINT_LOAD_METRICS, text + 1) < 0)
        && (binary < 0 || fields.find(HeaderNames.ENDPOINT_LOAD_METRICS_BIN, binary + 1) < 0);
  }
}
