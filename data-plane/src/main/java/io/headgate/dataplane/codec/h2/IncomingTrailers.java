package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.HeaderBlock;

/**
 * Takes the trailers of messages, whichever side they come from: judges them, and ends the message
 * with them. One object per connection.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
final class IncomingTrailers {
  private final H2Connection connection;
  private final TrailerFields fields;
  private final HeaderBlock trailers = new HeaderBlock(128, 4);

  IncomingTrailers(H2Connection connection) {
    this.connection = connection;
    this.fields = new TrailerFields(connection.settings());
  }

  /** A header block came behind a message's head. */
  void take(H2Stream stream, byte[] block, int length, boolean endStream) {
    trailers.clear();
    fields.begin(trailers);
    if (!connection.fieldDecoder().decode(block, 0, length, fields)) {
      connection.fail(H2Code.COMPRESSION_ERROR, "http2.compression");
      return;
    }
    stream.addReceived(length + Frames.HEADER_BYTES);
    if (stream.remoteEnded()) {
      connection.streamError(stream.id(), H2Code.STREAM_CLOSED, "http2.headers_after_end");
    } else if (!endStream || stream.refusesTrailers()) {
      connection.malformed(stream, "http2.trailers_without_end");
    } else if (fields.flaw != null) {
      connection.malformed(stream, fields.flaw);
    } else if (fields.tooLarge) {
      connection.meters().headerOverflow.add();
      connection.malformed(stream, "http2.too_many_headers");
    } else if (!stream.fitsPromise(0, true)) {
      connection.malformed(stream, "http2.content_length_mismatch");
    } else {
      connection.meters().trailers.add();
      fields.filter();
      stream.markRemoteEnded();
      stream.receiveTrailers(trailers);
      connection.closeIfEnded(stream);
    }
  }
}
