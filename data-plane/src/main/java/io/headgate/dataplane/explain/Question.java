package io.headgate.dataplane.explain;

import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request that is not sent.
 *
 * @param listener a listener's name; empty for the one that has the URL's port
 * @param source the client's address
 * @param serverName what the client asks for in its TLS handshake; empty for none
 */
public record Question(
    URI url,
    String method,
    List<Field> headers,
    String listener,
    InetAddress source,
    String serverName) {

  /** A header. */
  public record Field(HeaderName name, String value) {}

  /** The names of the parameters, for people. */
  public static final String PARAMETERS =
      "url=URL, and if wanted method=GET, header=NAME:VALUE (may repeat), listener=NAME,"
          + " source=ADDRESS, sni=NAME";

  public Question {
    headers = List.copyOf(headers);
  }

  /**
   * Reads the parameters of a page.
   *
   * @throws IllegalArgumentException that names the parameter, its value and the fix
   */
  public static Question of(Map<String, List<String>> parameters) {
    URI url = url(one(parameters, "url", ""));
    String source = one(parameters, "source", "127.0.0.1");
    boolean secure = "https".equals(url.getScheme());
    return new Question(
        url,
        one(parameters, "method", "GET"),
        headers(parameters.getOrDefault("header", List.of())),
        one(parameters, "listener", ""),
        address(source),
        one(parameters, "sni", secure ? url.getHost() : ""));
  }

  private static String one(Map<String, List<String>> parameters, String name, String otherwise) {
    List<String> values = parameters.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw wrong(name, values.toString(), "stands more than once", "keep one of them");
    }
    return values.isEmpty() ? otherwise : values.getFirst();
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw wrong("url", text, "is no URL: " + e.getReason(), "write http://HOST:PORT/PATH");
    }
    throw wrong("url", text, "is no http or https URL", "write http://HOST:PORT/PATH");
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw wrong("source", text, "is no IP address", "write it as 10.0.0.1 or fd00::1");
    }
  }

  private static List<Field> headers(List<String> texts) {
    List<Field> fields = new ArrayList<>();
    for (String text : texts) {
      int colon = text.indexOf(':');
      if (colon <= 0) {
        throw wrong("header", text, "has no colon behind its name", "write it as NAME:VALUE");
      }
      try {
        fields.add(
            new Field(HeaderName.of(text.substring(0, colon)), text.substring(colon + 1).strip()));
      } catch (HeaderViolation e) {
        throw wrong("header", text, "is no header: " + e.getMessage(), "write it as NAME:VALUE");
      }
    }
    return fields;
  }

  private static IllegalArgumentException wrong(
      String name, String value, String reason, String fix) {
    return new IllegalArgumentException(name + ": \"" + value + "\" " + reason + "; " + fix);
  }

  /** Whether the client speaks TLS. */
  public boolean secure() {
    return "https".equals(url.getScheme());
  }

  /** The port of the listener that is meant. */
  public int port() {
    return url.getPort() >= 0 ? url.getPort() : secure() ? 443 : 80;
  }

  /**
   * The request as it arrives.
   *
   * @throws IllegalArgumentException when it can not be sent
   */
  RequestHead head() {
    RequestHead head = new RequestHead();
    try {
      head.method(Method.of(method));
      head.scheme(url.getScheme());
      String path = url.getRawPath();
      head.path(
          (path == null || path.isEmpty() ? "/" : path)
              + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()));
      head.authority(url.getRawAuthority());
      for (Field field : headers) {
        if (field.name().toString().equals("host")) {
          head.authority(field.value());
        } else {
          head.headers().add(field.name(), field.value());
        }
      }
    } catch (HeaderViolation e) {
      throw new IllegalArgumentException("the request can not be sent: " + e.getMessage(), e);
    }
    return head;
  }
}
