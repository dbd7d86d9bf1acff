package io.headgate.dataplane.xds.stream;

import io.headgate.dataplane.xds.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Streams whose events come from the test. */
public final class FakeStreams implements AdsStream.Opener {
  public final List<Stream> opened = new ArrayList<>();

  public static final class Stream implements AdsStream {
    public final ControlPlane controlPlane;
    public final Events events;
    public final List<ResourceType> changes = new ArrayList<>();
    public boolean closed;

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

  public Stream last() {
    return opened.getLast();
  }

  @Override
  public AdsStream open(ControlPlane controlPlane, AdsStream.Events events) {
    Stream stream = new Stream(controlPlane, events);
    opened.add(stream);
    return stream;
  }
}
