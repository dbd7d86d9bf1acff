package io.headgate.controlplane.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The directory of one process: locked while it lives, remembers a replica's made-up name. */
final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static DataDirectory open(Path path) throws StartException {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      if (!lock(channel)) {
        channel.close();
        throw new StartException(
            ExitCode.DATA_DIR, "data-dir " + path + ": another control plane uses it");
      }
      return new DataDirectory(path, channel);
    } catch (IOException e) {
      throw new StartException(
          ExitCode.DATA_DIR, "data-dir " + path + ": can't be written: " + e.getMessage(), e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Where the disk copy of the image lives. */
  Path image() {
    return path.resolve("image");
  }

  /** The name in the settings, else the one that was made up at the first start. */
  String replicaId(String wanted) throws StartException {
    if (!wanted.isEmpty()) {
      return wanted;
    }
    Path file = path.resolve("replica-id");
    try {
      if (Files.exists(file)) {
        return Files.readString(file).strip();
      }
      byte[] random = new byte[4];
      new SecureRandom().nextBytes(random);
      String id = hostName() + "-" + HexFormat.of().formatHex(random);
      Files.writeString(file, id + "\n");
      return id;
    } catch (IOException e) {
      throw new StartException(ExitCode.DATA_DIR, "data-dir " + path + ": " + e.getMessage(), e);
    }
  }

  private static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
      return name.isEmpty() ? "replica" : name.substring(0, Math.min(name.length(), 40));
    } catch (UnknownHostException e) {
      return "replica";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
