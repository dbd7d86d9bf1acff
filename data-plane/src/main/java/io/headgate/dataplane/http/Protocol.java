package io.headgate.dataplane.http;

/** The version of HTTP that a message came in. */
public enum Protocol {
  HTTP_10("HTTP/1.0"),
  HTTP_11("HTTP/1.1"),
  HTTP_2("HTTP/2"),
  HTTP_3("HTTP/3");

  private final String text;

  Protocol(String text) {
    this.text = text;
  }

  /** Returns the name that access logs show. */
  @Override
  public String toString() {
    return text;
  }
}
