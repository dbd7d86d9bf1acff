package io.headgate.differential;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.differential.Case.Profile;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A proxy under test with the backend that it forwards to. */
final class Peer implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.1";
  private static final int ANSWER_MILLIS = 10_000;

  private final String name;
  private final RecordingBackend backend;
  private final ManagedProcess process;
  private final Map<Profile, Integer> ports = new HashMap<>();

  /** Starts the proxy with the bootstrap of this package. */
  Peer(String name, List<String> program, RecordingBackend backend, Path directory)
      throws IOException {
    this.name = name;
    this.backend = backend;
    List<Integer> free = Ports.free(ADDRESS, Profile.values().length + 1);
    Map<String, String> values = new HashMap<>();
    values.put("backend", Integer.toString(backend.port()));
    values.put("admin", Integer.toString(free.getLast()));
    values.put("routes", resource("routes.yaml").indent(18).strip());
    for (Profile profile : Profile.values()) {
      int port = free.get(ports.size());
      ports.put(profile, port);
      values.put(profile.name().toLowerCase(Locale.ROOT), Integer.toString(port));
    }
    Path config = directory.resolve(name + ".yaml");
    Files.writeString(config, Template.fill(resource("bootstrap.yaml"), values));
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("-c", config.toString(), "--concurrency", "1"));
    this.process = ManagedProcess.start(name, command, Map.of(), directory);
    Await.until(
        Duration.ofSeconds(30),
        () -> name + ": " + process.output(),
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(name + " ended: " + process.output());
          }
          return Http.status("http://" + ADDRESS + ":" + free.getLast() + "/ready") == 200;
        });
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Peer.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Sends one case on a connection of its own and gathers what came of it. */
  Outcome run(Case one) throws IOException {
    List<Message> answers = new ArrayList<>();
    String end = "";
    try (Socket socket = new Socket(ADDRESS, Objects.requireNonNull(ports.get(one.profile())))) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(one.bytes());
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (answers.isEmpty() || answers.getLast().status() < 200) {
        Message answer = Message.response(in, one.method());
        if (answer == null) {
          end = "closed";
          break;
        }
        answers.add(answer);
      }
    } catch (EOFException e) {
      end = "cut off " + e.getMessage();
    } catch (SocketTimeoutException e) {
      end = "no answer";
    } catch (IOException e) {
      end = answers.isEmpty() ? "reset" : "";
    }
    return new Outcome(answers, end, backend.seen(one.id()));
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    process.close();
    backend.close();
  }
}
