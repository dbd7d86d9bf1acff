package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.ServerHeader;

/** What every answer gets on its way out: date, server, perhaps via and the request id. */
final class ResponseHygiene {
  private ResponseHygiene() {}

  static void apply(ResponseHead head, RequestHead request, HcmSettings settings) {
    HeaderBlock headers = head.headers();
    HttpRules rules = settings.rules();
    if (headers.find(HeaderNames.DATE, 0) < 0) {
      headers.add(HeaderNames.DATE, HttpDate.now());
    }
    ServerHeader server = rules.server();
    switch (server.transformation()) {
      case OVERWRITE -> headers.set(HeaderNames.SERVER, server.name());
      case APPEND_IF_ABSENT -> {
        if (!headers.contains(HeaderNames.SERVER)) {
          headers.add(HeaderNames.SERVER, server.name());
        }
      }
      case PASS_THROUGH -> {}
    }
    if (!rules.forwarded().via().isEmpty()) {
      RequestHygiene.append(headers, HeaderNames.VIA, rules.forwarded().via(), ", ");
    }
    if (rules.requestId().alwaysSetInResponse()) {
      String id = request.headers().first(HeaderNames.X_REQUEST_ID);
      if (id != null) {
        headers.set(HeaderNames.X_REQUEST_ID, id);
      }
    }
  }
}
