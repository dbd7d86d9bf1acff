package io.headgate.dataplane.xds.stream;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.thread.XdsThread;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Aggregated streams over gRPC: one channel for each stream, which others may use while it lives.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
public final class GrpcAdsStreams<Q, R> implements AdsStream.Opener {
  /** How long a server may take to answer a goodbye: 1 s. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final XdsThread thread;
  private final GrpcChannels channels;
  private final MethodDescriptor<Q, R> method;
  private final Supplier<AdsSession<Q, R>> sessions;
  private final List<ChannelUser> users;

  public GrpcAdsStreams(
      XdsThread thread,
      MethodDescriptor<Q, R> method,
      Supplier<AdsSession<Q, R>> sessions,
      List<ChannelUser> users) {
    this.thread = thread;
    this.channels = new GrpcChannels(thread);
    this.method = method;
    this.sessions = sessions;
    this.users = List.copyOf(users);
  }

  @Override
  public AdsStream open(ControlPlane controlPlane, AdsStream.Events events) {
    try {
      GrpcStream stream = new GrpcStream(channels.open(controlPlane), events);
      stream.start();
      return stream;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      thread.execute(() -> events.ended("TLS files: " + e.getMessage()));
      return new Unopened();
    }
  }

  /** A stream that could not even begin. */
  private static final class Unopened implements AdsStream {
    @Override
    public void interestChanged(ResourceType type) {}

    @Override
    public CompletableFuture<Void> close() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private final class GrpcStream extends ClientCall.Listener<R> implements AdsStream {
    private final ManagedChannel channel;
    private final AdsStream.Events events;
    private final ClientCall<Q, R> call;
    private final AdsSession<Q, R> session = sessions.get();
    private boolean up;
    private boolean closed;
    private Optional<Goodbye> goodbye = Optional.empty();

    GrpcStream(ManagedChannel channel, AdsStream.Events events) {
      this.channel = channel;
      this.events = events;
      this.call = channel.newCall(method, CallOptions.DEFAULT);
    }

    void start() {
      call.start(this, new Metadata());
      call.request(1);
    }

    @Override
    public void onReady() {
      if (up || closed) {
        return;
      }
      up = true;
      session.open().forEach(call::sendMessage);
      events.connected();
      users.forEach(user -> user.connected(channel));
    }

    @Override
    public void onMessage(R response) {
      if (closed) {
        // The end of the stream is told only after all messages were taken.
        call.request(1);
        return;
      }
      AdsSession.Answer<Q> answer = session.answer(response);
      call.sendMessage(answer.request());
      events.answered(answer.type(), answer.verdict());
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      goodbye.ifPresent(Goodbye::over);
      if (!closed) {
        release();
        channel.shutdownNow();
        events.ended(
            status.getCode()
                + Optional.ofNullable(status.getDescription()).map(d -> ": " + d).orElse(""));
      }
    }

    @Override
    public void interestChanged(ResourceType type) {
      if (up && !closed) {
        session.interestChanged(type).ifPresent(call::sendMessage);
      }
    }

    @Override
    public CompletableFuture<Void> close() {
      if (goodbye.isPresent()) {
        return goodbye.get().said;
      }
      if (closed) {
        return CompletableFuture.completedFuture(null);
      }
      release();
      if (!up) {
        call.cancel("the proxy ends the stream", null);
        channel.shutdownNow();
        return CompletableFuture.completedFuture(null);
      }
      Goodbye begun = new Goodbye(channel);
      goodbye = Optional.of(begun);
      call.halfClose();
      return begun.said;
    }

    private void release() {
      closed = true;
      if (up) {
        users.forEach(ChannelUser::disconnected);
      }
    }
  }

  /** The end of a stream that the proxy has half-closed. */
  private final class Goodbye {
    final CompletableFuture<Void> said = new CompletableFuture<>();
    private final ManagedChannel channel;
    private final XdsThread.Timer bound = thread.schedule(GOODBYE, this::over);

    Goodbye(ManagedChannel channel) {
      this.channel = channel;
    }

    /** The server has answered, or it takes too long. */
    void over() {
      bound.cancel();
      channel.shutdownNow();
      var _ = said.complete(null);
    }
  }
}
