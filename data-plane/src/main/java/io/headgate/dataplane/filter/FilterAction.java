package io.headgate.dataplane.filter;

/**
 * What the chain does after a filter's callback.
 *
 * <table><caption>Meaning</caption>
 * <tr><td>on a head</td><td>CONTINUE passes it on. The others hold it here until the filter continues:
 *     STOP still calls this filter for the body and trailers; STOP_AND_BUFFER and STOP_WITH_BACKPRESSURE
 *     call nobody, the chain keeps the body.</td></tr>
 * <tr><td>on data</td><td>CONTINUE passes it on, and a held head and kept body before it. STOP means that
 *     the filter has taken the bytes. STOP_AND_BUFFER keeps them in the chain, and STOP_WITH_BACKPRESSURE
 *     too.</td></tr>
 * <tr><td>on trailers</td><td>CONTINUE passes them on, after what is held; the others hold them.</td></tr>
 * </table>
 *
 * <p>What the chain keeps is bounded by the buffer limit: beyond it STOP_AND_BUFFER answers 413 (a
 * request) or 500 (a response), STOP_WITH_BACKPRESSURE pauses the sender.
 */
public enum FilterAction {
  /** Go on with the next filter. */
  CONTINUE,
  /** Stay here; the filter takes the bytes. */
  STOP,
  /** Stay here; the chain keeps the body, an error beyond the limit. */
  STOP_AND_BUFFER,
  /** Stay here; the chain keeps the body and pauses the sender at the limit. */
  STOP_WITH_BACKPRESSURE,
  /** The filter has answered by {@link FilterStream#localReply}; only that method makes it. */
  LOCAL_REPLY
}
