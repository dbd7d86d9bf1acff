package io.headgate.dataplane.xds.stream;

import io.headgate.dataplane.xds.resource.Ledger;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import java.util.List;
import java.util.Optional;

/**
 * One stream's protocol state: which names were sent, and the newest nonce of each type. It dies
 * with the stream; what was accepted lives on in the {@link Ledger}.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
public interface AdsSession<Q, R> {
  /** The requests that open the stream: one for each type of which something is wanted. */
  List<Q> open();

  /** The request that tells the server of a changed interest, if it needs one. */
  Optional<Q> interestChanged(ResourceType type);

  /** Judges a response; every response is answered. */
  Answer<Q> answer(R response);

  /**
   * The answer to a response.
   *
   * @param type empty for a type that this client does not know
   */
  record Answer<Q>(Optional<ResourceType> type, ResponseJudge.Verdict verdict, Q request) {}
}
