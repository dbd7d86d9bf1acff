package io.headgate.xds.model.filter;

import io.headgate.xds.model.value.Checks;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of a route may be.
 *
 * @param url an exception from the URL limit; null for none
 * @param maxRequestBodyBytes instead of the filter's limit; 0 leaves that in force
 */
public record HttpLimitsPerRoute(@Nullable UrlException url, long maxRequestBodyBytes)
    implements FilterConfig {
  /**
   * A longer URL for a while.
   *
   * @param owner who answers for it
   * @param expires from then on the filter's own limit is in force
   */
  public record UrlException(int maxUrlBytes, String owner, Instant expires) {
    public UrlException {
      Checks.atLeast(maxUrlBytes, 1, "max_url_bytes");
      Checks.notEmpty(owner, "owner");
    }
  }

  public HttpLimitsPerRoute {
    Checks.atLeast(maxRequestBodyBytes, 0, "max_request_body_bytes");
  }
}
