package io.headgate.controlplane.discovery;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;
import io.headgate.controlplane.snapshot.EncodedResource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes responses around bytes that are encoded once: only names, versions and lengths are made
 * for each stream, the resources themselves are written from the arrays that all streams share.
 *
 * <p>The result is, byte for byte, a {@code DiscoveryResponse} or {@code DeltaDiscoveryResponse}.
 *
 * <p>Thread: any. Spec: {@code envoy/service/discovery/v3/discovery.proto}.
 */
final class PushMarshaller implements Marshaller<Push> {
  static final PushMarshaller INSTANCE = new PushMarshaller();

  // Field numbers that both messages share.
  private static final int VERSION = 1;
  private static final int RESOURCES = 2;
  private static final int TYPE_URL = 4;
  private static final int NONCE = 5;

  private static final int SOTW_CONTROL_PLANE = 6;
  private static final int DELTA_REMOVED = 6;
  private static final int DELTA_CONTROL_PLANE = 7;

  // envoy.service.discovery.v3.Resource
  private static final int RESOURCE_VERSION = 1;
  private static final int RESOURCE_BODY = 2;
  private static final int RESOURCE_NAME = 3;

  // envoy.config.core.v3.ControlPlane
  private static final int IDENTIFIER = 1;

  private static final int LENGTH_DELIMITED = 2;

  private PushMarshaller() {}

  @Override
  public InputStream stream(Push push) {
    try {
      return new Segments(segments(push));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Push parse(InputStream stream) {
    throw new UnsupportedOperationException("responses are only written");
  }

  private static List<byte[]> segments(Push push) throws IOException {
    Sent sent = push.sent();
    List<byte[]> segments = new ArrayList<>(2 * sent.resources().size() + 1);
    segments.add(header(push));
    for (EncodedResource resource : sent.resources()) {
      segments.add(push.delta() ? deltaPrefix(resource) : sotwPrefix(resource));
      segments.add(resource.any());
    }
    return segments;
  }

  private static byte[] header(Push push) throws IOException {
    Sent sent = push.sent();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(192);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 192);
    out.writeString(VERSION, sent.version());
    out.writeString(TYPE_URL, sent.type().typeUrl());
    out.writeString(NONCE, sent.nonce());
    if (push.delta()) {
      for (String name : sent.removed()) {
        out.writeString(DELTA_REMOVED, name);
      }
    }
    String identifier = sent.origin().toString();
    out.writeTag(push.delta() ? DELTA_CONTROL_PLANE : SOTW_CONTROL_PLANE, LENGTH_DELIMITED);
    out.writeUInt32NoTag(CodedOutputStream.computeStringSize(IDENTIFIER, identifier));
    out.writeString(IDENTIFIER, identifier);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] sotwPrefix(EncodedResource resource) throws IOException {
    int length = resource.any().length;
    byte[] prefix =
        new byte
            [CodedOutputStream.computeTagSize(RESOURCES)
                + CodedOutputStream.computeUInt32SizeNoTag(length)];
    CodedOutputStream out = CodedOutputStream.newInstance(prefix);
    out.writeTag(RESOURCES, LENGTH_DELIMITED);
    out.writeUInt32NoTag(length);
    return prefix;
  }

  private static byte[] deltaPrefix(EncodedResource resource) throws IOException {
    int length = resource.any().length;
    int own =
        CodedOutputStream.computeStringSize(RESOURCE_VERSION, resource.version())
            + CodedOutputStream.computeStringSize(RESOURCE_NAME, resource.name())
            + CodedOutputStream.computeTagSize(RESOURCE_BODY)
            + CodedOutputStream.computeUInt32SizeNoTag(length);
    int whole = own + length;
    byte[] prefix =
        new byte
            [CodedOutputStream.computeTagSize(RESOURCES)
                + CodedOutputStream.computeUInt32SizeNoTag(whole)
                + own];
    CodedOutputStream out = CodedOutputStream.newInstance(prefix);
    out.writeTag(RESOURCES, LENGTH_DELIMITED);
    out.writeUInt32NoTag(whole);
    out.writeString(RESOURCE_VERSION, resource.version());
    out.writeString(RESOURCE_NAME, resource.name());
    out.writeTag(RESOURCE_BODY, LENGTH_DELIMITED);
    out.writeUInt32NoTag(length);
    return prefix;
  }

  /** Segments as one stream that gRPC drains without a copy in between. */
  private static final class Segments extends InputStream implements KnownLength, Drainable {
    private final List<byte[]> segments;
    private final InputStream stream;
    private final int length;
    private int read;

    private Segments(List<byte[]> segments) {
      this.segments = segments;
      this.length = segments.stream().mapToInt(segment -> segment.length).sum();
      this.stream =
          new SequenceInputStream(
              Collections.enumeration(segments.stream().map(ByteArrayInputStream::new).toList()));
    }

    @Override
    public int available() {
      return length - read;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      if (read > 0) {
        int rest = available();
        stream.transferTo(target);
        read = length;
        return rest;
      }
      for (byte[] segment : segments) {
        target.write(segment);
      }
      read = length;
      return length;
    }

    @Override
    public int read() throws IOException {
      int value = stream.read();
      read += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int max) throws IOException {
      int count = stream.read(into, offset, max);
      read += Math.max(0, count);
      return count;
    }
  }
}
