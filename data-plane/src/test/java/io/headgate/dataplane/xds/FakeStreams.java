package io.headgate.dataplane.xds;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Streams whose events come from the test. */
final class FakeStreams implements AdsStream.Opener {
  final List<Stream> opened = new ArrayList<>();

  static final class Stream implements AdsStream {
    final ControlPlane controlPlane;
    final Events events;
    final List<ResourceType> changes = new ArrayList<>();
    boolean closed;

    Stream(ControlPlane controlPlane, Events events) {
      this.controlPlane = controlPlane;
      this.events = events;
    }

    @Override
    public void interestChanged(ResourceType type) {
      changes.add(type);
    }

    @Override
    public CompletableFuture<Void> close() {
      closed = true;
      return CompletableFuture.completedFuture(null);
    }
  }

  Stream last() {
    return opened.getLast();
  }

  @Override
  public AdsStream open(ControlPlane controlPlane, AdsStream.Events events) {
    Stream stream = new Stream(controlPlane, events);
    opened.add(stream);
    return stream;
  }
}
