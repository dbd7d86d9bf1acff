package io.headgate.differential;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One request, and what the backend answers to it.
 *
 * @param id sent as {@code x-case}, by which the backend finds the answer
 * @param profile the listener that it goes to
 */
record Case(
    int id,
    Profile profile,
    String method,
    String target,
    List<Field> fields,
    Body body,
    Answer answer) {

  static final String ID = "x-case";

  /** The listeners of the bootstrap. */
  enum Profile {
    /** Envoy's defaults. */
    PLAIN,
    /** Faces clients: their address is used, paths are cleaned. */
    EDGE,
    /** Behind one trusted proxy. */
    INNER
  }

  /** How a body is framed. */
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    /** By the end of the connection; answers only. */
    CLOSE
  }

  /**
   * A body of either side.
   *
   * @param trailers only with {@link Framing#CHUNKED}
   */
  record Body(Framing framing, String content, List<Field> trailers) {

    static final Body NONE = new Body(Framing.NONE, "", List.of());

    /** Writes the framing's header field. */
    void head(StringBuilder out) {
      switch (framing) {
        case LENGTH -> out.append("content-length: ").append(content.length()).append("\r\n");
        case CHUNKED -> out.append("transfer-encoding: chunked\r\n");
        case NONE, CLOSE -> {}
      }
    }

    void content(StringBuilder out) {
      switch (framing) {
        case NONE -> {}
        case LENGTH, CLOSE -> out.append(content);
        case CHUNKED -> {
          int half = content.length() / 2;
          chunk(out, content.substring(0, half));
          chunk(out, content.substring(half));
          out.append("0\r\n");
          trailers.forEach(field -> line(out, field));
          out.append("\r\n");
        }
      }
    }

    private static void chunk(StringBuilder out, String text) {
      if (!text.isEmpty()) {
        out.append(Integer.toHexString(text.length())).append("\r\n").append(text).append("\r\n");
      }
    }
  }

  /**
   * What the backend sends.
   *
   * @param interim status of an informational answer that comes first, 0 for none
   */
  record Answer(int status, int interim, List<Field> fields, Body body) {

    boolean hasBody(String method) {
      return !method.equals("HEAD") && status != 204 && status != 304;
    }

    byte[] bytes(String method) {
      StringBuilder out = new StringBuilder();
      if (interim > 0) {
        out.append("HTTP/1.1 ").append(interim).append(" Hint\r\nlink: </style.css>\r\n\r\n");
      }
      out.append("HTTP/1.1 ").append(status).append(" Status\r\n");
      fields.forEach(field -> line(out, field));
      if (status != 204) {
        body.head(out);
      }
      out.append("\r\n");
      if (hasBody(method)) {
        body.content(out);
      }
      return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  byte[] bytes() {
    StringBuilder out = new StringBuilder();
    out.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    fields.forEach(field -> line(out, field));
    line(out, new Field(ID, Integer.toString(id)));
    body.head(out);
    out.append("\r\n");
    body.content(out);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(out.toString().getBytes(StandardCharsets.ISO_8859_1));
    return bytes.toByteArray();
  }

  /** The values that the client sends of a field. */
  List<String> values(String name) {
    return Field.values(fields, name).toList();
  }

  private static void line(StringBuilder out, Field field) {
    out.append(field.name()).append(": ").append(field.value()).append("\r\n");
  }
}
