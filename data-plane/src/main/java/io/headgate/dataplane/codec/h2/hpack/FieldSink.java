package io.headgate.dataplane.codec.h2.hpack;

import io.headgate.dataplane.http.HeaderBlock;

/** Takes the fields of a header block, in order. */
public interface FieldSink {
  /** Returns the block in whose storage the fields are laid; none is declared by the decoder. */
  HeaderBlock block();

  /** Returns whether no further field is wanted; those of tables are then passed over. */
  boolean isFull();

  /**
   * A field lies in the storage, as {@code name: value CR LF}.
   *
   * @param kind one of {@link FieldKind}
   * @param legal whether name and value may stand in a message
   * @return whether its bytes are kept; else their room is used again
   */
  boolean field(
      int kind, boolean legal, int hash, int name, int nameLength, int value, int valueLength);
}
