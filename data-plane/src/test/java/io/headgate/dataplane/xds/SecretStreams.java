package io.headgate.dataplane.xds;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A service of secrets at a Unix socket, under the test's hand. */
public final class SecretStreams extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase
    implements AutoCloseable {
  public final BlockingQueue<DiscoveryRequest> requests = new LinkedBlockingQueue<>();
  public final BlockingQueue<StreamObserver<DiscoveryResponse>> streams =
      new LinkedBlockingQueue<>();
  public final BlockingQueue<DeltaDiscoveryRequest> deltaRequests = new LinkedBlockingQueue<>();
  public final BlockingQueue<StreamObserver<DeltaDiscoveryResponse>> deltaStreams =
      new LinkedBlockingQueue<>();

  /** A goodbye for each stream that its client completed. */
  public final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

  private final EpollEventLoopGroup loops = new EpollEventLoopGroup(1);
  private final Server server;

  public SecretStreams(Path socket, @Nullable SslContext tls) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .addService(this);
    if (tls != null) {
      builder.sslContext(tls);
    }
    server = builder.build().start();
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamSecrets(StreamObserver<DiscoveryResponse> to) {
    streams.add(to);
    return into(requests, to);
  }

  @Override
  public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(
      StreamObserver<DeltaDiscoveryResponse> to) {
    deltaStreams.add(to);
    return into(deltaRequests, to);
  }

  private <T> StreamObserver<T> into(BlockingQueue<T> queue, StreamObserver<?> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T message) {
        queue.add(message);
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        endings.add("goodbye");
        answers.onCompleted();
      }
    };
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
