package io.headgate.dataplane.xds;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The last-known-good files: the newest and the one before it, in one directory.
 *
 * <p>A save writes a temporary file, forces it to the disk, moves the newest to the previous, and
 * renames; a crash at any point leaves at least one good file. A newest that is corrupt never
 * replaces a good previous.
 *
 * <p>Thread: one at a time; blocks on the disk.
 */
final class LastKnownGoodFiles {
  static final String NEWEST = "last-known-good";
  static final String PREVIOUS = "last-known-good.previous";
  private static final String TEMPORARY = "last-known-good.writing";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;

  LastKnownGoodFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * What was found.
   *
   * @param file name of the file that was read; empty when neither is good
   * @param problem what is wrong with the newest, or with both; empty when nothing is
   */
  record Found(Optional<SavedConfig> config, String file, String problem) {}

  /** Reads the newest, or else the previous. Never throws. */
  Found load() {
    Copy newest = read(NEWEST);
    if (newest.config().isPresent()) {
      return new Found(newest.config(), NEWEST, "");
    }
    Copy previous = read(PREVIOUS);
    if (previous.config().isPresent()) {
      return new Found(previous.config(), PREVIOUS, NEWEST + ": " + newest.problem());
    }
    if (newest.absent() && previous.absent()) {
      return new Found(Optional.empty(), "", "");
    }
    return new Found(
        Optional.empty(),
        "",
        NEWEST + ": " + newest.problem() + "; " + PREVIOUS + ": " + previous.problem());
  }

  /** Makes this the newest. */
  void save(SavedConfig config) throws IOException {
    Files.createDirectories(directory);
    Path temporary = directory.resolve(TEMPORARY);
    Path newest = directory.resolve(NEWEST);
    Files.deleteIfExists(temporary);
    write(temporary, SavedConfigFormat.write(config));
    if (read(NEWEST).config().isPresent()) {
      Files.move(
          newest,
          directory.resolve(PREVIOUS),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(
        temporary, newest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, mode())) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] mode() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private record Copy(Optional<SavedConfig> config, boolean absent, String problem) {}

  private Copy read(String name) {
    try {
      byte[] bytes = Files.readAllBytes(directory.resolve(name));
      return new Copy(Optional.of(SavedConfigFormat.read(bytes)), false, "");
    } catch (NoSuchFileException e) {
      return new Copy(Optional.empty(), true, "there is none");
    } catch (IOException | SavedConfigFormat.CorruptException e) {
      return new Copy(Optional.empty(), false, String.valueOf(e.getMessage()));
    }
  }
}
