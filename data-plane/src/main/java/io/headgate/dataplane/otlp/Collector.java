package io.headgate.dataplane.otlp;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.cluster.LoopCluster;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Posts messages to a collector through a cluster of this proxy.
 *
 * <p>Thread: any; each post runs on the event loop it is given.
 */
public final class Collector {
  private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
  private static final HeaderName CONTENT_LENGTH = HeaderName.of("content-length");
  private static final HeaderName TE = HeaderName.of("te");
  private static final HeaderName USER_AGENT = HeaderName.of("user-agent");

  private final Function<String, @Nullable Cluster> clusters;
  private final Target target;

  /**
   * Where messages go.
   *
   * @param grpc whether the path is a gRPC method
   * @param authority the {@code host} of requests; empty for the cluster's name
   */
  public record Target(
      String cluster, boolean grpc, String authority, String path, Duration timeout) {}

  /** Makes a collector; the cluster is looked up at each post. */
  public Collector(Function<String, @Nullable Cluster> clusters, Target target) {
    this.clusters = clusters;
    this.target = target;
  }

  /**
   * Posts a message.
   *
   * @param done told once, on the loop: empty when it was taken, else why it was not
   */
  void post(byte[] message, EventLoop loop, Consumer<String> done) {
    loop.execute(() -> {
      Cluster cluster = clusters.apply(target.cluster());
      if (cluster == null) {
        done.accept("there is no cluster " + target.cluster());
        return;
      }
      LoopCluster on = cluster.onLoop(loop);
      Endpoint endpoint = on.pick(new Endpoint[0], 0, 0);
      if (endpoint == null) {
        done.accept("cluster " + target.cluster() + " has no healthy host");
        return;
      }
      new Post(on, endpoint, head(message.length), body(message), target.grpc(), done)
          .start(loop, target.timeout());
    });
  }

  private RequestHead head(int length) {
    RequestHead head = new RequestHead();
    head.method(Method.POST);
    head.path(target.path());
    head.authority(target.authority().isEmpty() ? target.cluster() : target.authority());
    head.headers().add(USER_AGENT, "OTel-OTLP-Exporter-Headgate");
    if (target.grpc()) {
      head.headers().add(CONTENT_TYPE, "application/grpc");
      head.headers().add(TE, "trailers");
    } else {
      head.headers().add(CONTENT_TYPE, "application/x-protobuf");
      head.headers().add(CONTENT_LENGTH, Integer.toString(length));
    }
    return head;
  }

  /** A gRPC message has five bytes before it: not compressed, and its length. */
  private ByteBuf body(byte[] message) {
    if (!target.grpc()) {
      return Unpooled.wrappedBuffer(message);
    }
    ByteBuf framed = Unpooled.buffer(5 + message.length);
    return framed.writeByte(0).writeInt(message.length).writeBytes(message);
  }
}
