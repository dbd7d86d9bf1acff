package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.StreamInfo;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a connection manager would make of a request up to its route, with the config in force and
 * nothing sent. Thread: any; the head is changed as that of a real request is.
 *
 * @param refused the answer before any route is asked, null for none
 * @param route the route, null when none matches
 */
public record Rehearsal(@Nullable LocalReply refused, @Nullable StreamRoute route) {

  /** Cleans the head and finds its route. */
  public static Rehearsal of(
      HcmGeneration generation, RequestHead head, ConnectionInfo connection) {
    StreamInfo info = new StreamInfo(connection, 0, 0, 0);
    LocalReply refused = RequestHygiene.apply(head, connection, generation.settings(), info);
    return refused != null
        ? new Rehearsal(refused, null)
        : new Rehearsal(null, generation.routes().find(head, ThreadLocalRandom.current()));
  }
}
