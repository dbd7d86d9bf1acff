package io.headgate.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection lives on one event loop: the request path waits for nothing and locks nothing. */
class ConfinementTest {

  private static final String DATA = "io.headgate.dataplane.";

  /** Where a request goes. */
  private static final String[] REQUEST_PATH = {
    DATA + "current..",
    DATA + "http..",
    DATA + "endpoint..",
    DATA + "codec..",
    DATA + "filter..",
    DATA + "filters..",
    DATA + "lb..",
    DATA + "upstream..",
    DATA + "health..",
    DATA + "cluster..",
    DATA + "route..",
    DATA + "router..",
    DATA + "hcm..",
    DATA + "tcpproxy..",
    DATA + "proxyprotocol..",
    DATA + "tls.."
  };

  /** The only mutable state that event loops share. */
  private static final String SHARED_ATOMICS =
      ".*\\.(EndpointLoad|EndpointHealth|HealthEpoch|OutlierDetector|OutlierState|Gauge|CircuitBreaker|RetryBudget|Current|Counter|Histogram)(\\$.*)?";

  @Test
  void nothingBlocksOnTheRequestPath() {
    noClasses()
        .that()
        .resideInAnyPackage(REQUEST_PATH)
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(java.util.concurrent.Future.class, "get")
        .orShould()
        .callMethod(java.util.concurrent.CompletableFuture.class, "get")
        .orShould()
        .callMethod(java.util.concurrent.CompletableFuture.class, "join")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.concurrent\\.locks\\.(?!LockSupport).*")
        .check(ProductClasses.main());
  }

  @Test
  void nothingIsSynchronizedOnTheRequestPath() throws IOException {
    List<String> found = new ArrayList<>();
    int seen = 0;
    for (JavaClass type : ProductClasses.main()) {
      if (onRequestPath(type)) {
        seen++;
        monitors(type, found);
      }
    }
    assertThat(seen).as("classes on the request path").isGreaterThan(50);
    assertThat(found).isEmpty();
  }

  /** ArchUnit sees the modifier but no block, so the bytecode is read. */
  private static void monitors(JavaClass type, List<String> found) throws IOException {
    try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      ClassModel model = ClassFile.of().parse(bytes.readAllBytes());
      for (MethodModel method : model.methods()) {
        boolean enters =
            method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element ->
                    element instanceof java.lang.classfile.Instruction instruction
                        && instruction.opcode() == Opcode.MONITORENTER);
        if (enters || method.flags().has(java.lang.reflect.AccessFlag.SYNCHRONIZED)) {
          found.add(type.getFullName() + "." + method.methodName().stringValue());
        }
      }
    }
  }

  @Test
  void loopsShareOnlyTheListedAtomics() {
    List<String> found = new ArrayList<>();
    for (JavaClass type : ProductClasses.main()) {
      if (!onRequestPath(type) || type.getFullName().matches(SHARED_ATOMICS)) {
        continue;
      }
      type.getFields().stream()
          .filter(field ->
              field.getRawType().getPackageName().equals("java.util.concurrent.atomic")
                  || (field.getModifiers().contains(JavaModifier.VOLATILE)
                      && !field.getRawType().isPrimitive()
                      && !field.getOwner().getSimpleName().equals("Current")))
          .forEach(field -> found.add(field.getFullName() + ": " + field.getRawType().getName()));
    }
    assertThat(found).isEmpty();
  }

  private static boolean onRequestPath(JavaClass type) {
    for (String path : REQUEST_PATH) {
      String base = path.substring(0, path.length() - 2);
      if (type.getPackageName().equals(base) || type.getPackageName().startsWith(base + ".")) {
        return true;
      }
    }
    return false;
  }
}
