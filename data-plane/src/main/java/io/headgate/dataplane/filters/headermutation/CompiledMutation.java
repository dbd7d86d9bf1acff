package io.headgate.dataplane.filters.headermutation;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.route.ValueFormat;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutation;
import io.headgate.xds.model.header.HeaderAddition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change of a header, ready to be made. Immutable. */
sealed interface CompiledMutation {
  void apply(
      HeaderBlock headers, RequestHead request, @Nullable ResponseHead response, StreamInfo info);

  static List<CompiledMutation> compile(List<Mutation> mutations, ValueFormat.Compiler formats) {
    return mutations.stream().map(m -> compile(m, formats)).toList();
  }

  private static CompiledMutation compile(Mutation mutation, ValueFormat.Compiler formats) {
    return switch (mutation) {
      case Mutation.Remove remove -> new Remove(HeaderName.of(remove.name()));
      case Mutation.Append append -> {
        HeaderAddition addition = append.addition();
        String value = addition.value();
        ValueFormat format =
            value.indexOf('%') < 0 ? (request, response, info) -> value : formats.compile(value);
        yield new Put(
            HeaderName.of(addition.name()), format, addition.action(), addition.keepEmptyValue());
      }
    };
  }

  /** Removes all values. */
  record Remove(HeaderName name) implements CompiledMutation {
    @Override
    public void apply(
        HeaderBlock headers,
        RequestHead request,
        @Nullable ResponseHead response,
        StreamInfo info) {
      headers.remove(name);
    }
  }

  /** Sets or adds a value. */
  record Put(HeaderName name, ValueFormat format, HeaderAddition.Action action, boolean keepEmpty)
      implements CompiledMutation {
    @Override
    public void apply(
        HeaderBlock headers,
        RequestHead request,
        @Nullable ResponseHead response,
        StreamInfo info) {
      String value = format.text(request, response, info);
      if (value.isEmpty() && !keepEmpty) {
        return;
      }
      try {
        put(headers, value);
      } catch (HeaderViolation e) {
        // The value came out with a control character: no CR, LF or NUL may leave.
        return;
      }
    }

    private void put(HeaderBlock headers, String value) {
      switch (action) {
        case APPEND_IF_EXISTS_OR_ADD -> headers.add(name, value);
        case ADD_IF_ABSENT -> {
          if (!headers.contains(name)) {
            headers.add(name, value);
          }
        }
        case OVERWRITE_IF_EXISTS_OR_ADD -> headers.set(name, value);
        case OVERWRITE_IF_EXISTS -> {
          if (headers.contains(name)) {
            headers.set(name, value);
          }
        }
      }
    }
  }
}
