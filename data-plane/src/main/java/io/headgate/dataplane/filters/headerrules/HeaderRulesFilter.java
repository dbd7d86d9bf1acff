package io.headgate.dataplane.filters.headerrules;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.Counter;

/** Which headers of one stream pass. Confined to the stream's event loop. */
final class HeaderRulesFilter extends StreamFilter {
  private final Counter headers;
  private final Counter cookies;

  HeaderRulesFilter(Counter headers, Counter cookies) {
    this.headers = headers;
    this.cookies = cookies;
  }

  @Override
  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
    if (stream().routeConfig() instanceof PassingHeaders rules && !rules.all()) {
      pass(head.headers(), rules);
    }
    return FilterAction.CONTINUE;
  }

  @Override
  public FilterAction onRequestTrailers(HeaderBlock trailers) {
    if (stream().routeConfig() instanceof PassingHeaders rules && !rules.all()) {
      pass(trailers, rules);
    }
    return FilterAction.CONTINUE;
  }

  private void pass(HeaderBlock block, PassingHeaders rules) {
    for (int i = block.size() - 1; i >= 0; i--) {
      if (!rules.passes(block.nameAt(i))) {
        block.removeAt(i);
        headers.add();
      }
    }
  }

  @Override
  public FilterAction onResponseHead(ResponseHead head, boolean endStream) {
    if (stream().routeConfig() instanceof PassingHeaders rules
        && !rules.removedCookies().isEmpty()) {
      HeaderBlock block = head.headers();
      for (int i = block.size() - 1; i >= 0; i--) {
        if (block.nameEquals(i, HeaderNames.SET_COOKIE) && rules.removes(block.valueAt(i))) {
          block.removeAt(i);
          cookies.add();
        }
      }
    }
    return FilterAction.CONTINUE;
  }
}
