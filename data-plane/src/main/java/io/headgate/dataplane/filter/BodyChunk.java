package io.headgate.dataplane.filter;

import io.netty.buffer.ByteBuf;

/**
 * A piece of a body on its way through the chain; a filter may read, change, replace or take it.
 *
 * <p><b>Ownership:</b> the chain owns the buffer unless the filter takes it. One object is reused
 * for all pieces of a stream: it is valid only during the callback.
 */
public final class BodyChunk {
  private ByteBuf data;

  /** Makes a piece that owns a buffer. */
  public BodyChunk(ByteBuf data) {
    this.data = data;
  }

  /** Returns the bytes; the chain keeps owning them. */
  public ByteBuf data() {
    return data;
  }

  /**
   * Replaces the bytes: the old buffer is released unless it is the same, the new one is now owned
   * here.
   */
  public void replace(ByteBuf newData) {
    if (newData != data) {
      data.release();
      data = newData;
    }
  }

  /**
   * Gives the bytes to the caller, who releases them, and leaves {@code rest} (often empty) in
   * place.
   */
  public ByteBuf take(ByteBuf rest) {
    ByteBuf taken = data;
    data = rest;
    return taken;
  }
}
