package io.headgate.gatewayapi;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The answer to one HTTP/1.1 request on a connection of its own.
 *
 * @param status 0 when nothing came
 * @param headers in lower case, {@code name: value}
 */
record Answer(int status, List<String> headers, String body) {

  /** Asks over plain TCP. */
  static Answer of(String address, int port, String request) {
    try (Socket socket = new Socket(address, port)) {
      return exchange(socket, request);
    } catch (IOException e) {
      return new Answer(0, List.of(), String.valueOf(e.getMessage()));
    }
  }

  static Answer exchange(Socket socket, String request) throws IOException {
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    InputStream in = socket.getInputStream();
    List<String> lines = head(in);
    if (lines.isEmpty()) {
      return new Answer(0, List.of(), "");
    }
    byte[] rest = in.readAllBytes();
    int status = Integer.parseInt(lines.getFirst().split(" ", 3)[1]);
    List<String> headers = lines.subList(1, lines.size()).stream().map(Answer::lowerName).toList();
    return new Answer(status, headers, new String(rest, StandardCharsets.UTF_8));
  }

  /** The lines of a head, without its end. */
  static List<String> head(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        if (line.isEmpty()) {
          return lines;
        }
        lines.add(line.toString());
        line.setLength(0);
      } else if (b != '\r') {
        line.append((char) b);
      }
    }
    return lines;
  }

  private static String lowerName(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
  }

  /** The values of a header of the answer. */
  List<String> all(String name) {
    return headers.stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  /** The first value of a header of the answer; empty for none. */
  String header(String name) {
    return all(name).stream().findFirst().orElse("");
  }

  /** Which service has answered; empty for none. */
  String service() {
    return line("service ").orElse("");
  }

  /** The request line that the backend saw. */
  String request() {
    return body.lines().skip(1).findFirst().orElse("");
  }

  /** The value of a header that the backend saw. */
  String seen(String name) {
    return line(name + ": ").orElse("");
  }

  private Optional<String> line(String start) {
    return body.lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst();
  }
}
