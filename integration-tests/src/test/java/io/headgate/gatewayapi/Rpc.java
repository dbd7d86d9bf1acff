package io.headgate.gatewayapi;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A gRPC server that has every method, and says who it is and which headers it saw. */
final class Rpc implements AutoCloseable {
  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private final Server server;
  private final AtomicInteger calls = new AtomicInteger();

  Rpc(String name) {
    HandlerRegistry everything =
        new HandlerRegistry() {
          @Override
          public ServerMethodDefinition<?, ?> lookupMethod(
              String method, @Nullable String authority) {
            return ServerMethodDefinition.create(
                method(method), (call, headers) -> answer(name, call, headers));
          }
        };
    try {
      server =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .fallbackHandlerRegistry(everything)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServerCall.Listener<String> answer(
      String name, ServerCall<String, String> call, Metadata headers) {
    calls.incrementAndGet();
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        Metadata answer = new Metadata();
        answer.put(key("x-from"), name);
        call.sendHeaders(answer);
        String seen = headers.get(key("x-seen"));
        call.sendMessage(name + (seen == null ? "" : " " + seen));
        call.close(Status.OK, new Metadata());
      }
    };
  }

  int port() {
    return ((InetSocketAddress) server.getListenSockets().getFirst()).getPort();
  }

  /** Calls that have arrived so far. */
  int calls() {
    return calls.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static MethodDescriptor<String, String> method(String name) {
    return MethodDescriptor.newBuilder(TEXT, TEXT)
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  /** What a call came back with: the text, or the code when it failed, and {@code x-answer}. */
  record Result(String text, String header) {}

  /** Calls a method; headers are name, value, name, value … */
  static Result call(String address, int port, String authority, String method, String... headers) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(address, port, InsecureChannelCredentials.create())
            .overrideAuthority(authority)
            .build();
    try {
      Metadata sent = new Metadata();
      for (int i = 0; i < headers.length; i += 2) {
        sent.put(key(headers[i]), headers[i + 1]);
      }
      AtomicReference<Metadata> head = new AtomicReference<>(new Metadata());
      AtomicReference<Metadata> trailers = new AtomicReference<>(new Metadata());
      String text;
      try {
        text =
            ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(
                    channel,
                    MetadataUtils.newAttachHeadersInterceptor(sent),
                    MetadataUtils.newCaptureMetadataInterceptor(head, trailers)),
                method(method),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                "hello");
      } catch (StatusRuntimeException e) {
        text = e.getStatus().getCode().name();
      }
      Metadata seen = head.get();
      String header = seen == null ? null : seen.get(key("x-answer"));
      return new Result(text, header == null ? "" : header);
    } finally {
      channel.shutdownNow();
    }
  }
}
