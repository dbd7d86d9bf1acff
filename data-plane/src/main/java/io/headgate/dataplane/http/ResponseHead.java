package io.headgate.dataplane.http;

/**
 * The head of a response, final or informational (1xx): a status and a header block.
 *
 * <p><b>Thread:</b> confined to the stream's event loop. <b>Ownership:</b> lent until the stream
 * ends.
 */
public final class ResponseHead {
  private final HeaderBlock headers;
  private int status = 200;
  private Protocol protocol = Protocol.HTTP_11;

  /** Makes an empty head with status 200. */
  public ResponseHead() {
    this(512, 16);
  }

  /** Makes an empty head with status 200 and room for so many bytes and fields. */
  public ResponseHead(int byteCapacity, int fieldCapacity) {
    headers = new HeaderBlock(byteCapacity, fieldCapacity);
  }

  /** Forgets everything, for reuse by a connection. */
  public void clear() {
    headers.clear();
    status = 200;
    protocol = Protocol.HTTP_11;
  }

  public HeaderBlock headers() {
    return headers;
  }

  public int status() {
    return status;
  }

  /** Sets the status, 100 to 999. */
  public void status(int newStatus) {
    if (newStatus < 100 || newStatus > 999) {
      throw new IllegalArgumentException("status " + newStatus);
    }
    status = newStatus;
  }

  public Protocol protocol() {
    return protocol;
  }

  public void protocol(Protocol newProtocol) {
    protocol = newProtocol;
  }

  /** Returns whether a final response follows. */
  public boolean isInformational() {
    return status < 200 && status != 101;
  }

  /** Makes this head equal to another one, with its own storage. */
  public void copyFrom(ResponseHead other) {
    headers.copyFrom(other.headers);
    status = other.status;
    protocol = other.protocol;
  }

  @Override
  public String toString() {
    return status + "\n" + headers;
  }
}
