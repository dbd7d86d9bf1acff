package io.headgate.dataplane.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a pool that wait for a connection, the oldest first; linked, so that one that is
 * given up leaves at once.
 *
 * <p>Thread: confined to the loop.
 */
final class Waiting {

  private final PoolHost host;
  private @Nullable PoolRequest first;
  private @Nullable PoolRequest last;
  private int size;

  Waiting(PoolHost host) {
    this.host = host;
  }

  int size() {
    return size;
  }

  @Nullable PoolRequest first() {
    return first;
  }

  void append(PoolRequest request) {
    request.waitingIn = this;
    request.previous = last;
    if (last == null) {
      first = request;
    } else {
      last.next = request;
    }
    last = request;
    size++;
    host.events().onPending(1);
  }

  /** Takes a request out, and gives its place among the pending ones back. */
  void remove(PoolRequest request) {
    if (request.previous == null) {
      first = request.next;
    } else {
      request.previous.next = request.next;
    }
    if (request.next == null) {
      last = request.previous;
    } else {
      request.next.previous = request.previous;
    }
    request.next = null;
    request.previous = null;
    request.waitingIn = null;
    size--;
    host.events().onPending(-1);
    request.breaker().releasePending();
  }

  List<PoolRequest> takeAll() {
    List<PoolRequest> taken = new ArrayList<>(size);
    PoolRequest request;
    while ((request = first) != null) {
      remove(request);
      taken.add(request);
    }
    return taken;
  }
}
