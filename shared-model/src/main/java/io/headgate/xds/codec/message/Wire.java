package io.headgate.xds.codec.message;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Serialises so that equal messages are equal bytes, in every process: content hashes need that.
 */
public final class Wire {
  private Wire() {}

  public static ByteString bytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size was too small", e);
    }
    return ByteString.copyFrom(bytes);
  }

  public static Any pack(Message message) {
    return Any.newBuilder()
        .setTypeUrl(TypeUrls.of(message.getDescriptorForType()))
        .setValue(bytes(message))
        .build();
  }
}
