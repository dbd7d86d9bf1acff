package io.headgate.dataplane.filter;

/**
 * What a config generation keeps of a filter: makes the filter of each stream. Immutable, shared by
 * all loops.
 */
public sealed interface FilterTemplate {
  /** Makes filters that pass requests on. */
  non-sealed interface Passing extends FilterTemplate {
    /** Makes the filter of one stream, on its event loop. */
    StreamFilter newStream();
  }

  /** Makes filters that end a chain. */
  non-sealed interface Terminal extends FilterTemplate {
    /** Makes the filter of one stream, on its event loop. */
    TerminalFilter newStream();
  }

  /** Lets go of what the template holds; its generation has no stream left. */
  default void close() {}
}
