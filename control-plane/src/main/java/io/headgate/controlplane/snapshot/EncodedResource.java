package io.headgate.controlplane.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * One resource, encoded once: its bytes are shared by every stream that sends it.
 *
 * <p>Two resources with equal bytes have equal versions on every replica and in every run: the
 * version is a hash of the bytes.
 *
 * <p>Thread: immutable. Ownership: nobody may write to the arrays that {@link #any()} gives out.
 */
public final class EncodedResource {
  private final ResourceType type;
  private final String name;
  private final String version;
  private final byte[] any;
  private final long digestHigh;
  private final long digestLow;
  private final References references;
  private final List<Owner> owners;

  private EncodedResource(
      ResourceType type, String name, byte[] any, References references, List<Owner> owners) {
    this.type = type;
    this.name = name;
    this.any = any;
    this.references = references;
    this.owners = List.copyOf(owners);
    byte[] hash = sha256().digest(any);
    this.version = HexFormat.of().formatHex(hash, 0, 8);
    MessageDigest entry = sha256();
    entry.update(name.getBytes(StandardCharsets.UTF_8));
    entry.update((byte) 0);
    entry.update(hash);
    byte[] digest = entry.digest();
    this.digestHigh = longAt(digest, 0);
    this.digestLow = longAt(digest, 8);
  }

  private EncodedResource(EncodedResource of, References references, List<Owner> owners) {
    this.type = of.type;
    this.name = of.name;
    this.any = of.any;
    this.version = of.version;
    this.digestHigh = of.digestHigh;
    this.digestLow = of.digestLow;
    this.references = references;
    this.owners = List.copyOf(owners);
  }

  /**
   * Makes a resource.
   *
   * @param any the deterministic bytes of the {@code google.protobuf.Any} that holds the resource;
   *     owned by the result
   */
  public static EncodedResource of(
      ResourceType type, String name, byte[] any, References references, List<Owner> owners) {
    return new EncodedResource(type, name, any, references, owners);
  }

  /** The same bytes with another provenance. */
  public EncodedResource withOwners(List<Owner> newOwners) {
    return owners.equals(newOwners) ? this : new EncodedResource(this, references, newOwners);
  }

  public ResourceType type() {
    return type;
  }

  public String name() {
    return name;
  }

  /** SHA-256 over the bytes, the first 16 hex characters. */
  public String version() {
    return version;
  }

  /** The bytes of the resource's {@code google.protobuf.Any}; shared, read only. */
  public byte[] any() {
    return any;
  }

  public References references() {
    return references;
  }

  /** The objects of etcd that this was compiled from. */
  public List<Owner> owners() {
    return owners;
  }

  /**
   * The upper half of a 128-bit hash over name and content; sums of these identify a set without
   * order.
   */
  public long digestHigh() {
    return digestHigh;
  }

  /** The lower half of {@link #digestHigh()}'s hash. */
  public long digestLow() {
    return digestLow;
  }

  private static long longAt(byte[] bytes, int offset) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[offset + i] & 0xff);
    }
    return value;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
