package io.headgate.controlplane.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client's end of one discovery stream. */
final class AdsClient<Q, R> implements ClientResponseObserver<Q, R> {
  static final Node NODE =
      Node.newBuilder()
          .setId("proxy-1")
          .setCluster("edge")
          .setUserAgentName("envoy")
          .setMetadata(
              Struct.newBuilder()
                  .putFields(
                      NodeGroups.GATEWAYS,
                      Value.newBuilder()
                          .setListValue(
                              ListValue.newBuilder()
                                  .addValues(Value.newBuilder().setStringValue("default/web")))
                          .build()))
          .build();

  final CompletableFuture<Throwable> ended = new CompletableFuture<>();
  private final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
  private @Nullable ClientCallStreamObserver<Q> requests;
  private final boolean manual;

  AdsClient() {
    this(false);
  }

  AdsClient(boolean manual) {
    this.manual = manual;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> requestStream) {
    requests = requestStream;
    if (manual) {
      requestStream.disableAutoRequestWithInitial(0);
    }
  }

  private ClientCallStreamObserver<Q> requests() {
    if (requests == null) {
      throw new IllegalStateException("not started");
    }
    return requests;
  }

  void send(Q request) {
    requests().onNext(request);
  }

  void take(int messages) {
    requests().request(messages);
  }

  void close() {
    requests().onCompleted();
  }

  void cancel() {
    requests().cancel("the test is over", null);
  }

  R next() throws InterruptedException {
    R response = responses.poll(10, TimeUnit.SECONDS);
    assertThat(response).as("a response").isNotNull();
    if (response == null) {
      throw new AssertionError("no response");
    }
    return response;
  }

  /** Nothing arrives for a while. */
  void silence() throws InterruptedException {
    assertThat(responses.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  int waiting() {
    return responses.size();
  }

  @Override
  public void onNext(R response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable t) {
    ended.complete(t);
  }

  @Override
  public void onCompleted() {
    ended.complete(new IllegalStateException("completed"));
  }
}
