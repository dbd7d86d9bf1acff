package io.headgate.xds.model.header;

import java.util.List;

/** Headers that one level of a route table adds and removes. */
public record HeaderMutations(
    List<HeaderAddition> requestAdd,
    List<String> requestRemove,
    List<HeaderAddition> responseAdd,
    List<String> responseRemove) {
  public static final HeaderMutations NONE =
      new HeaderMutations(List.of(), List.of(), List.of(), List.of());

  public HeaderMutations {
    requestAdd = List.copyOf(requestAdd);
    requestRemove = List.copyOf(requestRemove);
    responseAdd = List.copyOf(responseAdd);
    responseRemove = List.copyOf(responseRemove);
  }

  /** Whether nothing is added or removed. */
  public boolean isEmpty() {
    return requestAdd.isEmpty()
        && requestRemove.isEmpty()
        && responseAdd.isEmpty()
        && responseRemove.isEmpty();
  }
}
