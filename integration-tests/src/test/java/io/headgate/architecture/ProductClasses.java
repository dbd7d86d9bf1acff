package io.headgate.architecture;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The compiled classes of every module, read from their build directories once. */
final class ProductClasses {

  private static final List<String> MODULES =
      List.of("shared-model", "data-plane", "control-plane", "deploy", "perf");

  static {
    // The rules speak of names; resolving every library class would take minutes.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
  }

  private static final JavaClasses MAIN = read("classes");
  private static final JavaClasses TESTS = read("test-classes");

  private ProductClasses() {}

  static JavaClasses main() {
    return MAIN;
  }

  /** The root of the source tree; tests run in their module's directory. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("shared-model")) ? here : here.getParent();
  }

  static JavaClasses tests() {
    return TESTS;
  }

  private static JavaClasses read(String kind) {
    return new ClassFileImporter()
        .importPaths(
            MODULES.stream()
                .map(module -> root().resolve(module).resolve("target").resolve(kind))
                .filter(Files::exists)
                .toList());
  }
}
