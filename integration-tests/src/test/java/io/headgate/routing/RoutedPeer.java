package io.headgate.routing;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.differential.Field;
import io.headgate.differential.Message;
import io.headgate.routing.Table.Profile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A proxy under test that serves all tables. */
final class RoutedPeer implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";
  private static final int ANSWER_MILLIS = 20_000;
  private final String name;
  private final ManagedProcess process;
  private final Map<Profile, Integer> ports = new EnumMap<>(Profile.class);
  private final Map<Profile, Connection> connections = new EnumMap<>(Profile.class);

  /** A connection that is kept as long as the proxy keeps it. */
  private record Connection(Socket socket, InputStream in) {}

  RoutedPeer(String name, List<String> program, List<Table> tables, Origins origins, Path directory)
      throws IOException {
    this.name = name;
    List<Integer> free = Ports.free(ADDRESS, Profile.values().length + 1);
    for (Profile profile : Profile.values()) {
      ports.put(profile, free.get(profile.ordinal()));
    }
    Path config = directory.resolve(name + ".yaml");
    Files.writeString(config, BootstrapText.of(tables, ports, free.getLast(), origins));
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("-c", config.toString(), "--concurrency", "1"));
    this.process = ManagedProcess.start(name, command, Map.of(), directory);
    Await.until(
        Duration.ofSeconds(60),
        () -> name + ": " + process.output(),
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(name + " ended: " + process.output());
          }
          return Http.status("http://" + ADDRESS + ":" + free.getLast() + "/ready") == 200;
        });
  }

  String name() {
    return name;
  }

  /** Sends a probe and reads its answer; null when the connection ended instead. */
  @Nullable Message run(Probe probe) throws IOException {
    Profile profile = probe.table().profile();
    Connection open = connections.remove(profile);
    if (open != null) {
      try {
        Message answer = exchange(open, probe);
        if (answer != null) {
          return answer;
        }
      } catch (IOException e) {
        open.socket().close(); // it had ended: once more on another one
      }
    }
    Socket socket = new Socket(ADDRESS, ports.getOrDefault(profile, 0));
    socket.setSoTimeout(ANSWER_MILLIS);
    socket.setTcpNoDelay(true);
    return exchange(
        new Connection(socket, new BufferedInputStream(socket.getInputStream())), probe);
  }

  private @Nullable Message exchange(Connection on, Probe probe) throws IOException {
    on.socket().getOutputStream().write(probe.bytes(name));
    Message answer = Message.response(on.in(), probe.method());
    boolean goesOn =
        answer != null
            && Field.values(answer.fields(), "connection").noneMatch("close"::equals)
            // A body behind it would be taken for the next answer.
            && !(answer.status() == 204
                && Field.values(answer.fields(), "content-length").findAny().isPresent());
    if (goesOn) {
      connections.put(probe.table().profile(), on);
    } else {
      on.socket().close();
    }
    return answer;
  }

  @Override
  public void close() {
    process.close();
    for (Connection connection : connections.values()) {
      try {
        connection.socket().close();
      } catch (IOException e) {
        // it is over either way
      }
    }
  }
}
