package io.headgate.dataplane.xds.lastknowngood;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.headgate.dataplane.xds.resource.NamedResource;
import io.headgate.dataplane.xds.resource.ResourceType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes of a last-known-good file: one line of text, then a body.
 *
 * <pre>headgate-last-known-good 1 &lt;sha-256 of the body&gt; &lt;bytes of the body&gt;\n</pre>
 *
 * <p>The body is a sequence of length-delimited messages: a {@code google.protobuf.Timestamp}, when
 * the config was received, then one {@code DeltaDiscoveryResponse} for each type, as a server would
 * have sent it.
 */
final class SavedConfigFormat {
  private static final String MAGIC = "headgate-last-known-good";
  private static final String FORMAT = "1";

  /** Longer than any header line, shorter than any mistake. */
  private static final int MAX_HEADER_BYTES = 200;

  private SavedConfigFormat() {}

  /** A file that is not what it should be; the message says how. */
  static final class CorruptException extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptException(String message) {
      super(message);
    }
  }

  static byte[] write(SavedConfig config) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      Timestamp.newBuilder()
          .setSeconds(config.receivedAt().getEpochSecond())
          .setNanos(config.receivedAt().getNano())
          .build()
          .writeDelimitedTo(body);
      for (SavedConfig.SavedType type : config.types()) {
        message(type).writeDelimitedTo(body);
      }
      byte[] bytes = body.toByteArray();
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      String header = MAGIC + " " + FORMAT + " " + sha256(bytes) + " " + bytes.length + "\n";
      file.write(header.getBytes(StandardCharsets.US_ASCII));
      file.write(bytes);
      return file.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
  }

  static SavedConfig read(byte[] file) throws CorruptException {
    int newline = 0;
    while (newline < file.length && newline < MAX_HEADER_BYTES && file[newline] != '\n') {
      newline++;
    }
    if (newline == file.length || newline == MAX_HEADER_BYTES) {
      throw new CorruptException("it has no header line");
    }
    List<String> header =
        Arrays.asList(new String(file, 0, newline, StandardCharsets.US_ASCII).split(" ", -1));
    if (header.size() != 4 || !header.get(0).equals(MAGIC)) {
      throw new CorruptException("its header line is not one of a last-known-good file");
    }
    if (!header.get(1).equals(FORMAT)) {
      throw new CorruptException("its format is " + header.get(1) + ", this proxy reads 1");
    }
    byte[] body = Arrays.copyOfRange(file, newline + 1, file.length);
    if (!header.get(3).equals(Integer.toString(body.length))) {
      throw new CorruptException(
          "its body has " + body.length + " bytes, the header says " + header.get(3));
    }
    if (!header.get(2).equals(sha256(body))) {
      throw new CorruptException("its checksum is wrong");
    }
    return parse(body);
  }

  private static SavedConfig parse(byte[] body) throws CorruptException {
    InputStream in = new ByteArrayInputStream(body);
    try {
      Timestamp time = Timestamp.parseDelimitedFrom(in);
      List<SavedConfig.SavedType> types = new ArrayList<>();
      while (in.available() > 0) {
        types.add(type(DeltaDiscoveryResponse.parseDelimitedFrom(in)));
      }
      return new SavedConfig(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()), types);
    } catch (InvalidProtocolBufferException e) {
      throw new CorruptException("its body can not be parsed: " + e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static DeltaDiscoveryResponse message(SavedConfig.SavedType type) {
    DeltaDiscoveryResponse.Builder message =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type.type().typeUrl())
            .setSystemVersionInfo(type.version())
            .setControlPlane(ControlPlane.newBuilder().setIdentifier(type.identifier()));
    for (NamedResource resource : type.resources()) {
      message.addResources(
          Resource.newBuilder()
              .setName(resource.name())
              .setVersion(resource.version())
              .setResource(resource.body()));
    }
    return message.build();
  }

  private static SavedConfig.SavedType type(DeltaDiscoveryResponse message)
      throws CorruptException {
    ResourceType type =
        ResourceType.ofUrl(message.getTypeUrl())
            .orElseThrow(
                () -> new CorruptException("it holds the unknown type " + message.getTypeUrl()));
    List<NamedResource> resources = new ArrayList<>();
    for (Resource resource : message.getResourcesList()) {
      resources.add(
          new NamedResource(resource.getName(), resource.getVersion(), resource.getResource()));
    }
    return new SavedConfig.SavedType(
        type, message.getSystemVersionInfo(), message.getControlPlane().getIdentifier(), resources);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
