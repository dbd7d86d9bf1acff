package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.ForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;

/** A gRPC server whose messages are plain bytes, with a method for each shape of a call. */
final class GrpcEcho implements AutoCloseable {

  private static final String SERVICE = "test.Echo";

  /** The report of an ORCA backend: cpu_utilization 1. */
  private static final byte[] ORCA = Base64.getDecoder().decode("CQAAAAAAAPA/");

  static final Metadata.Key<byte[]> REPORT =
      Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);
  static final Metadata.Key<String> NOTE =
      Metadata.Key.of("x-note", Metadata.ASCII_STRING_MARSHALLER);

  static final MethodDescriptor<byte[], byte[]> UNARY =
      method("Unary", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> UP =
      method("Up", MethodDescriptor.MethodType.CLIENT_STREAMING);
  static final MethodDescriptor<byte[], byte[]> DOWN =
      method("Down", MethodDescriptor.MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> BOTH =
      method("Both", MethodDescriptor.MethodType.BIDI_STREAMING);

  /** Ends with a status after a message. */
  static final MethodDescriptor<byte[], byte[]> FAIL =
      method("Fail", MethodDescriptor.MethodType.SERVER_STREAMING);

  /** Ends with a status and nothing else. */
  static final MethodDescriptor<byte[], byte[]> REFUSE =
      method("Refuse", MethodDescriptor.MethodType.UNARY);

  /** Never answers. */
  static final MethodDescriptor<byte[], byte[]> HANG =
      method("Hang", MethodDescriptor.MethodType.UNARY);

  /** A method that the server does not have. */
  static final MethodDescriptor<byte[], byte[]> UNKNOWN =
      method("Unknown", MethodDescriptor.MethodType.UNARY);

  /** A method that a proxy answers for. */
  static final MethodDescriptor<byte[], byte[]> DENIED =
      MethodDescriptor.<byte[], byte[]>newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
          .setFullMethodName("test.Denied/Call")
          .setType(MethodDescriptor.MethodType.UNARY)
          .build();

  private final Server server;

  GrpcEcho() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .maxInboundMessageSize(8 << 20)
            .addService(
                ServerServiceDefinition.builder(SERVICE)
                    .addMethod(UNARY, reporting(ServerCalls.asyncUnaryCall(GrpcEcho::echo)))
                    .addMethod(UP, ServerCalls.asyncClientStreamingCall(GrpcEcho::count))
                    .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(GrpcEcho::repeat))
                    .addMethod(BOTH, ServerCalls.asyncBidiStreamingCall(GrpcEcho::echoAll))
                    .addMethod(FAIL, ServerCalls.asyncServerStreamingCall(GrpcEcho::fail))
                    .addMethod(REFUSE, ServerCalls.asyncUnaryCall(GrpcEcho::refuse))
                    .addMethod(HANG, ServerCalls.asyncUnaryCall((request, answer) -> {}))
                    .build())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
        .setFullMethodName(SERVICE + "/" + name)
        .setType(type)
        .build();
  }

  /** Adds a load report and a note to the trailers. */
  private static ServerCallHandler<byte[], byte[]> reporting(
      ServerCallHandler<byte[], byte[]> plain) {
    return (call, headers) ->
        plain.startCall(
            new ForwardingServerCall.SimpleForwardingServerCall<byte[], byte[]>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                trailers.put(REPORT, ORCA);
                trailers.put(NOTE, "kept");
                super.close(status, trailers);
              }
            },
            headers);
  }

  private static void echo(byte[] request, StreamObserver<byte[]> answer) {
    answer.onNext(request);
    answer.onCompleted();
  }

  private static StreamObserver<byte[]> count(StreamObserver<byte[]> answer) {
    return new Collector() {
      private long bytes;

      @Override
      public void onNext(byte[] message) {
        bytes += message.length;
      }

      @Override
      public void onCompleted() {
        answer.onNext(Long.toString(bytes).getBytes(UTF_8));
        answer.onCompleted();
      }
    };
  }

  private static void repeat(byte[] request, StreamObserver<byte[]> answer) {
    for (int i = 0; i < 20; i++) {
      answer.onNext(request);
    }
    answer.onCompleted();
  }

  private static StreamObserver<byte[]> echoAll(StreamObserver<byte[]> answer) {
    return new Collector() {
      @Override
      public void onNext(byte[] message) {
        answer.onNext(message);
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  private static void fail(byte[] request, StreamObserver<byte[]> answer) {
    answer.onNext(request);
    answer.onError(Status.DATA_LOSS.withDescription("half of it").asRuntimeException());
  }

  private static void refuse(byte[] request, StreamObserver<byte[]> answer) {
    Metadata trailers = new Metadata();
    trailers.put(NOTE, "refused");
    answer.onError(
        Status.FAILED_PRECONDITION.withDescription("ä 50%").asRuntimeException(trailers));
  }

  private abstract static class Collector implements StreamObserver<byte[]> {
    @Override
    public void onError(Throwable t) {}
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
