package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.RequestHead;

/** The head of a stream before its head arrived; nothing writes to it. */
final class NoHead {
  static final RequestHead REQUEST = new RequestHead();

  private NoHead() {}
}
