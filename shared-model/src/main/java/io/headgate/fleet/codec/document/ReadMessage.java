package io.headgate.fleet.codec.document;

import com.google.protobuf.Message;
import io.headgate.fleet.Violation;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A message as far as it could be read, and what is wrong with the text.
 *
 * @param message without the values that are wrong; only to be used when there are no violations
 * @param violations in the order of the text
 * @param ignored unknown fields that {@link MessageReader.Options#allowUnknown} let pass
 * @param lines path → the line where it, or the nearest thing around it, stands; for the checks of
 *     later stages
 */
public record ReadMessage<M extends Message>(
    M message, List<Violation> violations, List<Violation> ignored, ToIntFunction<String> lines) {
  public ReadMessage {
    violations = List.copyOf(violations);
    ignored = List.copyOf(ignored);
  }
}
