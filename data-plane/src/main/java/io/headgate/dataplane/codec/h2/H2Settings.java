package io.headgate.dataplane.codec.h2;

import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;

/**
 * Limits and options of an HTTP/2 connection, either side. Immutable.
 *
 * @param maxHeadBytes names and values of a head, 60 KiB in Envoy; 32 more count for each field
 * @param maxFields fields of a head, each crumb of a cookie counted; 100 in Envoy
 * @param underscores what happens to requests with an underscore in a field name
 * @param headNanos from the first byte of a header block to its last, 0 for no limit
 * @param streamBufferBytes what may wait to be sent in a stream before its writer must stop
 */
public record H2Settings(
    Http2Options options,
    int maxHeadBytes,
    int maxFields,
    UnderscoreHeaders underscores,
    long headNanos,
    int streamBufferBytes,
    H2Meters meters) {
  public H2Settings {
    if (maxHeadBytes < 256 || maxFields < 1 || headNanos < 0 || streamBufferBytes < 1) {
      throw new IllegalArgumentException("limits out of range");
    }
  }
}
