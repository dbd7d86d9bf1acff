package io.headgate.controlplane.compile.route;

import io.headgate.fleet.HttpFilter;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.header.HeaderAddition.Action;
import io.headgate.xds.model.header.HeaderMutations;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the header filters of a rule into header mutations of its routes.
 *
 * <p>Thread: any; stateless.
 */
final class HeaderEdits {
  private HeaderEdits() {}

  static HeaderMutations of(List<HttpFilter> filters) {
    List<HeaderAddition> requestAdd = new ArrayList<>();
    List<String> requestRemove = new ArrayList<>();
    List<HeaderAddition> responseAdd = new ArrayList<>();
    List<String> responseRemove = new ArrayList<>();
    for (HttpFilter filter : filters) {
      switch (filter) {
        case HttpFilter.RequestHeaders request ->
            collect(request.edit(), requestAdd, requestRemove);
        case HttpFilter.ResponseHeaders response ->
            collect(response.edit(), responseAdd, responseRemove);
        case HttpFilter.Redirect r -> {}
        case HttpFilter.Rewrite r -> {}
        case HttpFilter.Mirror m -> {}
        case HttpFilter.Cors c -> {}
      }
    }
    return new HeaderMutations(requestAdd, requestRemove, responseAdd, responseRemove);
  }

  private static void collect(
      HttpFilter.HeaderEdit edit, List<HeaderAddition> add, List<String> remove) {
    remove.addAll(edit.remove());
    edit.set().forEach(header -> add.add(addition(header, Action.OVERWRITE_IF_EXISTS_OR_ADD)));
    edit.add().forEach(header -> add.add(addition(header, Action.APPEND_IF_EXISTS_OR_ADD)));
  }

  /** A header as it stands: a percent sign begins no operator in fleet resources. */
  private static HeaderAddition addition(HttpFilter.Header header, Action action) {
    return new HeaderAddition(header.name(), header.value().replace("%", "%%"), action, true);
  }
}
