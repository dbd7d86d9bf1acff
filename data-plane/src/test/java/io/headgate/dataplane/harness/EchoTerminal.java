package io.headgate.dataplane.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.TerminalFilter;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Terminal filters that answer what they were sent, or wait to be told what to answer. */
public final class EchoTerminal implements FilterTemplate.Terminal {
  public final List<Stream> streams = new ArrayList<>();

  /** Whether streams answer by themselves when the request is complete. */
  public boolean answering = true;

  /** Makes a template that answers. */
  public EchoTerminal() {}

  @Override
  public TerminalFilter newStream() {
    Stream stream = new Stream();
    streams.add(stream);
    return stream;
  }

  /** One request. */
  public final class Stream extends TerminalFilter {
    public final StringBuilder body = new StringBuilder();
    public @Nullable RequestHead head;
    public @Nullable String trailers;
    public boolean ended;
    public boolean destroyed;
    public boolean responseWritable = true;
    private @Nullable TerminalStream stream;

    @Override
    public void attach(TerminalStream newStream) {
      stream = newStream;
    }

    /** Returns the stream to answer by. */
    public TerminalStream stream() {
      TerminalStream to = stream;
      if (to == null) {
        throw new IllegalStateException("not attached");
      }
      return to;
    }

    @Override
    public void onRequestHead(RequestHead newHead, boolean endStream) {
      head = newHead;
      end(endStream);
    }

    @Override
    public void onRequestData(ByteBuf data, boolean endStream) {
      body.append(data.toString(ISO_8859_1));
      data.release();
      end(endStream);
    }

    @Override
    public void onRequestTrailers(HeaderBlock block) {
      trailers = block.toString();
      end(true);
    }

    private void end(boolean endStream) {
      ended |= endStream;
      RequestHead of = head;
      if (endStream && answering && of != null) {
        answer(200, of.method() + " " + of.path() + " " + body);
      }
    }

    /** Answers with a length and a body. */
    public void answer(int status, String text) {
      begin(status, text.length());
      stream().respondData(Unpooled.copiedBuffer(text, ISO_8859_1), true);
    }

    /** Sends a head; a negative length sends none. */
    public void begin(int status, int length) {
      ResponseHead answer = new ResponseHead();
      answer.status(status);
      if (length >= 0) {
        answer.headers().set(HeaderNames.CONTENT_LENGTH, length);
      }
      stream().respondHead(answer, false);
    }

    @Override
    public void onResponseWritabilityChanged(boolean writable) {
      responseWritable = writable;
    }

    @Override
    public void onDestroy() {
      if (destroyed) {
        throw new IllegalStateException("destroyed twice");
      }
      destroyed = true;
    }
  }
}
