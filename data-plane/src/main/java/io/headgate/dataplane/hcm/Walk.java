package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.BodyChunk;
import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a message through the filters of a stream. Requests walk from the first filter
 * to the last, answers back.
 *
 * <p>Each filter may hold the message: then a {@link Stage} keeps the part that waits in front of
 * the next filter. A filter that stopped at the head with {@code STOP_AND_BUFFER} or {@code
 * STOP_WITH_BACKPRESSURE} hasn't seen the kept body; it is called with it after it continued. All
 * other kept parts were seen.
 *
 * <p><b>Thread:</b> the stream's event loop. <b>Ownership:</b> owns what it keeps until it passes
 * it on or is {@link #stop stopped}.
 */
abstract class Walk {
  /** What waits behind one filter. */
  static final class Stage {
    boolean headHeld;
    boolean dataHeld;
    boolean unseen;
    boolean failsBeyondLimit;
    boolean ended;
    boolean trailersUnseen;
    @Nullable HeaderBlock trailers;
    @Nullable CompositeByteBuf kept;

    boolean holds() {
      return headHeld || dataHeld || trailers != null;
    }
  }

  final StreamFilter[] filters;
  private final int first;
  private final int step;
  private final int behindLast;
  private final int limit;
  private @Nullable Stage @Nullable [] stages;
  private int calling = -1;
  private boolean continuedInside;
  private boolean stopped;
  private int overfull;

  Walk(StreamFilter[] filters, boolean forward, int limit) {
    this.filters = filters;
    this.first = forward ? 0 : filters.length - 1;
    this.step = forward ? 1 : -1;
    this.behindLast = forward ? filters.length : -1;
    this.limit = limit;
  }

  // ---- what differs by direction

  abstract FilterAction callHead(StreamFilter filter, boolean end);

  abstract FilterAction callData(StreamFilter filter, BodyChunk chunk, boolean end);

  abstract FilterAction callTrailers(StreamFilter filter, HeaderBlock trailers);

  abstract void passHead(boolean end);

  abstract void passData(ByteBuf data, boolean end);

  abstract void passTrailers(HeaderBlock trailers);

  /** More is kept than the limit allows. */
  abstract void onTooLarge();

  /** The sender shall pause, or go on. */
  abstract void onKeptTooMuch(boolean pause);

  // ---- what comes in

  final void head(boolean end) {
    headFrom(first, end);
  }

  final void data(ByteBuf data, boolean end) {
    if (filters.length == 0 && !stopped) {
      passData(data, end);
    } else {
      dataFrom(first, data, end);
    }
  }

  final void trailers(HeaderBlock trailers) {
    trailersFrom(first, trailers);
  }

  /** Ends the walk: releases what is kept, and everything that still comes. */
  final void stop() {
    stopped = true;
    if (stages != null) {
      for (Stage stage : stages) {
        if (stage != null) {
          take(stage).release();
        }
      }
    }
  }

  final boolean isStopped() {
    return stopped;
  }

  // ---- the walk

  private void headFrom(int i, boolean end) {
    for (; i != behindLast; i += step) {
      calling = i;
      FilterAction action = callHead(filters[i], end);
      calling = -1;
      if (stopped || action == FilterAction.LOCAL_REPLY) {
        return;
      }
      if (action == FilterAction.CONTINUE || continued()) {
        continue;
      }
      Stage stage = stage(i);
      stage.headHeld = true;
      stage.ended = end;
      stage.unseen = action != FilterAction.STOP;
      stage.failsBeyondLimit = action == FilterAction.STOP_AND_BUFFER;
      return;
    }
    passHead(end);
  }

  private void dataFrom(int i, ByteBuf data, boolean end) {
    for (; i != behindLast; i += step) {
      if (stopped) {
        data.release();
        return;
      }
      Stage stage = stages == null ? null : stages[i];
      if (stage != null && stage.headHeld && stage.unseen) {
        stage.ended = end;
        keep(stage, data);
        return;
      }
      BodyChunk chunk = new BodyChunk(data);
      calling = i;
      FilterAction action = callData(filters[i], chunk, end);
      calling = -1;
      data = chunk.data();
      if (stopped || action == FilterAction.LOCAL_REPLY) {
        data.release();
        return;
      }
      if (action != FilterAction.CONTINUE && !continued()) {
        hold(stage(i), action, data, end);
        return;
      }
      if (stage != null && stage.holds()) {
        data = release(i, stage, data);
        if (stopped) {
          data.release();
          return;
        }
      }
    }
    if (stopped) {
      data.release();
    } else {
      passData(data, end);
    }
  }

  /** The filter lets go with this piece: the head goes before it, and what was kept joins it. */
  private ByteBuf release(int i, Stage stage, ByteBuf data) {
    boolean head = stage.headHeld;
    stage.headHeld = false;
    stage.dataHeld = false;
    if (head) {
      headFrom(i + step, false);
    }
    ByteBuf kept = take(stage);
    if (!kept.isReadable()) {
      kept.release();
      return data;
    }
    return Unpooled.wrappedBuffer(kept, data);
  }

  private void hold(Stage stage, FilterAction action, ByteBuf data, boolean end) {
    stage.ended = end;
    stage.dataHeld = true;
    if (action == FilterAction.STOP) {
      data.release();
      return;
    }
    stage.failsBeyondLimit = action == FilterAction.STOP_AND_BUFFER;
    keep(stage, data);
  }

  private void trailersFrom(int i, HeaderBlock trailers) {
    for (; i != behindLast; i += step) {
      if (stopped) {
        return;
      }
      Stage stage = stages == null ? null : stages[i];
      if (stage != null && stage.headHeld && stage.unseen) {
        stage.trailers = trailers;
        stage.trailersUnseen = true;
        return;
      }
      calling = i;
      FilterAction action = callTrailers(filters[i], trailers);
      calling = -1;
      if (stopped || action == FilterAction.LOCAL_REPLY) {
        return;
      }
      if (action != FilterAction.CONTINUE && !continued()) {
        stage = stage(i);
        stage.trailers = trailers;
        stage.trailersUnseen = false;
        return;
      }
      if (stage != null && stage.holds()) {
        ByteBuf kept = release(i, stage, Unpooled.EMPTY_BUFFER);
        if (kept.isReadable()) {
          dataFrom(i + step, kept, false);
        } else {
          kept.release();
        }
      }
    }
    if (!stopped) {
      passTrailers(trailers);
    }
  }

  /** A filter continues: everything that waits behind it goes on. */
  final void resume(int i) {
    if (stopped) {
      return;
    }
    if (calling == i) {
      continuedInside = true;
      return;
    }
    Stage stage = stages == null ? null : stages[i];
    if (stage == null || !stage.holds()) {
      return;
    }
    boolean unseen = stage.headHeld && stage.unseen;
    boolean head = stage.headHeld;
    stage.headHeld = false;
    stage.dataHeld = false;
    HeaderBlock trailers = stage.trailers;
    stage.trailers = null;
    boolean hadData = stage.kept != null && stage.kept.isReadable();
    ByteBuf kept = take(stage);
    boolean ended = stage.ended && trailers == null;
    if (head) {
      headFrom(i + step, ended && !hadData);
    }
    int next = unseen ? i : i + step;
    if (stopped) {
      kept.release();
      return;
    }
    if (hadData || (ended && !head)) {
      dataFrom(next, kept, ended);
    } else {
      kept.release();
    }
    if (trailers != null && !stopped) {
      trailersFrom(stage.trailersUnseen ? i : i + step, trailers);
    }
  }

  private boolean continued() {
    boolean was = continuedInside;
    continuedInside = false;
    return was;
  }

  // ---- what is kept

  final @Nullable ByteBuf kept(int i) {
    Stage stage = stages == null ? null : stages[i];
    return stage == null ? null : stage.kept;
  }

  final void replaceKept(int i, ByteBuf body) {
    Stage stage = stage(i);
    take(stage).release();
    if (stopped) {
      body.release();
    } else {
      stage.kept = composite(body);
    }
  }

  private void keep(Stage stage, ByteBuf data) {
    CompositeByteBuf kept = stage.kept;
    int before = kept == null ? 0 : kept.readableBytes();
    int added = data.readableBytes();
    if (kept == null) {
      stage.kept = composite(data);
    } else {
      kept.addFlattenedComponents(true, data);
    }
    int after = before + added;
    if (stage.failsBeyondLimit) {
      if (after > limit) {
        onTooLarge();
      }
    } else if (before <= limit && after > limit && ++overfull == 1) {
      onKeptTooMuch(true);
    }
  }

  private static CompositeByteBuf composite(ByteBuf data) {
    CompositeByteBuf kept = Unpooled.compositeBuffer(64);
    kept.addFlattenedComponents(true, data);
    return kept;
  }

  /** Takes what a stage keeps; an empty buffer when nothing. */
  private ByteBuf take(Stage stage) {
    CompositeByteBuf kept = stage.kept;
    if (kept == null) {
      return Unpooled.EMPTY_BUFFER;
    }
    stage.kept = null;
    if (!stage.failsBeyondLimit && kept.readableBytes() > limit && --overfull == 0 && !stopped) {
      onKeptTooMuch(false);
    }
    return kept;
  }

  private Stage stage(int i) {
    if (stages == null) {
      stages = new @Nullable Stage[filters.length];
    }
    Stage stage = stages[i];
    if (stage == null) {
      stage = new Stage();
      stages[i] = stage;
    }
    return stage;
  }
}
