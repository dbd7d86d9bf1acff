package io.headgate.tls;

import io.headgate.deploy.fleet.Template;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients of {@code openssl s_client}, which is none of the two TLS stacks under test.
 *
 * <p><i>Thread:</i> any.
 */
final class OpenSsl {
  private static final long BOUND_SECONDS = 20;

  private final String name;
  private final Path directory;
  private final Map<String, String> values;
  private final AtomicInteger runs = new AtomicInteger();

  /**
   * Makes clients.
   *
   * @param name of their files
   * @param values of {@code ${name}} in flags
   */
  OpenSsl(String name, Path directory, Map<String, String> values) {
    this.name = name;
    this.directory = directory;
    this.values = values;
  }

  /** Runs a client and says how it went. */
  String verdict(Client client, int port) throws IOException, InterruptedException {
    if (client.shown().contains(Client.Show.CLEAR_TEXT)) {
      return verdict(client, clearText(client, port));
    }
    Client first = client.first();
    if (first == null) {
      return verdict(client, run(client, port, List.of()));
    }
    Path session = directory.resolve(name + "-session-" + runs.incrementAndGet());
    String before = run(first, port(first, client, port), List.of("-sess_out", session.toString()));
    return Files.exists(session)
        ? resume(client, port, session)
        : "there is no session to resume: " + verdict(first, before);
  }

  /** The file of a session that a client has made. */
  Path session(Client client, int port) throws IOException, InterruptedException {
    Path session = directory.resolve(name + "-session-" + runs.incrementAndGet());
    run(client, port, List.of("-sess_out", session.toString()));
    return session;
  }

  /** Runs a client that offers a session. */
  String resume(Client client, int port, Path session) throws IOException, InterruptedException {
    return verdict(client, run(client, port, List.of("-sess_in", session.toString())));
  }

  private int port(Client first, Client second, int port) {
    return first.door().equals(second.door())
        ? port
        : Integer.parseInt(values.getOrDefault("port_" + first.door(), "0"));
  }

  private String run(Client client, int port, List<String> more)
      throws IOException, InterruptedException {
    int number = runs.incrementAndGet();
    Path in = directory.resolve(name + "-request-" + number);
    Path out = directory.resolve(name + "-seen-" + number);
    String request = String.join("\r\n", client.request()) + "\r\n\r\n";
    Files.writeString(in, client.shown().contains(Client.Show.NO_REQUEST) ? "" : request);
    List<String> command = new ArrayList<>(List.of("openssl", "s_client"));
    command.addAll(List.of("-connect", "127.0.0.1:" + port));
    if (!client.shown().contains(Client.Show.NO_REQUEST)) {
      command.add("-ign_eof");
    }
    if (client.serverName() == null) {
      command.add("-noservername");
    } else {
      command.addAll(List.of("-servername", client.serverName()));
    }
    for (String flag : client.flags()) {
      command.add(Template.fill(flag, values));
    }
    command.addAll(more);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return "no end\n" + Files.readString(out, StandardCharsets.ISO_8859_1);
    }
    return Files.readString(out, StandardCharsets.ISO_8859_1);
  }

  private static String clearText(Client client, int port) {
    try (Socket socket = new Socket(Peer.ADDRESS, port)) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
      String request = String.join("\r\n", client.request()) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return "\n" + new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException e) {
      return "no end";
    } catch (IOException e) {
      return ""; // reset
    }
  }

  private static String verdict(Client client, String output) {
    StringBuilder verdict = new StringBuilder();
    // What OpenSSL tells of tickets may stand before it in the same line.
    String status = find(output, "HTTP/1\\.1 (\\d{3}) ");
    boolean cut = status.isEmpty();
    if (client.shown().contains(Client.Show.NO_REQUEST)) {
      cut = output.contains("Cipher is (NONE)");
      status = "done";
    }
    if (output.startsWith("no end")) {
      return "no end";
    }
    if (cut) {
      return "refused";
    }
    verdict.append(status);
    for (Client.Show each : client.shown()) {
      String seen =
          switch (each) {
            case CHAIN -> find(output, "chain=(.*?);");
            case CERTIFICATE -> find(output, "\nsubject=CN = (.*)");
            case VERSION -> find(output, "\n(?:New|Reused), (TLSv[\\d.]+)");
            case CIPHER -> find(output, "\n(?:New|Reused), TLSv[\\d.]+, Cipher is (.*)");
            case GROUP -> find(output, "\nServer Temp Key: (?:ECDH, )?([\\w-]+)");
            case ALPN -> find(output, "\nALPN protocol: (.*)");
            case RESUMED -> output.contains("\nReused, ") ? "resumed" : "new";
            case STAPLE ->
                output.contains("OCSP Response Status: successful") ? "stapled" : "unstapled";
            case FORWARDED -> find(output, "\nx-forwarded: (.*)");
            case NO_REQUEST, CLEAR_TEXT -> "";
          };
      if (each != Client.Show.NO_REQUEST && each != Client.Show.CLEAR_TEXT) {
        verdict.append(' ').append(seen.isEmpty() ? "-" : seen.strip());
      }
    }
    return verdict.toString();
  }

  private static String find(String output, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(output);
    return matcher.find() ? matcher.group(1) : "";
  }
}
