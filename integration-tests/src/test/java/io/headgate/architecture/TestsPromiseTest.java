package io.headgate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** Every test is run and can fail. */
class TestsPromiseTest {

  private static final List<String> TEST_ANNOTATIONS =
      List.of(
          "org.junit.jupiter.api.Test",
          "org.junit.jupiter.api.TestFactory",
          "org.junit.jupiter.params.ParameterizedTest",
          "org.junit.jupiter.api.RepeatedTest",
          "net.jqwik.api.Property",
          "net.jqwik.api.Example");

  private static boolean isTest(JavaMethod method) {
    return method.getAnnotations().stream()
        .anyMatch(annotation -> TEST_ANNOTATIONS.contains(annotation.getRawType().getName()));
  }

  @Test
  void noTestIsSwitchedOff() {
    List<String> found = new ArrayList<>();
    for (JavaClass type : ProductClasses.tests()) {
      if (type.isAnnotatedWith(Disabled.class)) {
        found.add(type.getName());
      }
      type.getMethods().stream()
          .filter(method -> method.isAnnotatedWith(Disabled.class))
          .forEach(method -> found.add(method.getFullName()));
      type.getMethodCallsFromSelf().stream()
          .filter(
              call -> call.getTargetOwner().getName().equals("org.junit.jupiter.api.Assumptions"))
          .forEach(call -> found.add(call.getDescription()));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void noTestIsEmpty() {
    List<String> found = new ArrayList<>();
    int seen = 0;
    for (JavaClass type : ProductClasses.tests()) {
      for (JavaMethod method : type.getMethods()) {
        if (isTest(method)) {
          seen++;
          if (method.getCallsFromSelf().isEmpty()) {
            found.add(method.getFullName());
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(100);
    assertThat(found).isEmpty();
  }

  @Test
  void noClassThatLooksLikeATestHoldsNone() {
    Set<String> holders = new HashSet<>();
    for (JavaClass type : ProductClasses.tests()) {
      if (type.getAllMethods().stream().anyMatch(TestsPromiseTest::isTest)) {
        String name = type.getName();
        holders.add(name);
        if (name.contains("$")) {
          holders.add(name.substring(0, name.indexOf('$')));
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (JavaClass type : ProductClasses.tests()) {
      if (type.getSimpleName().endsWith("Test")
          && !type.isInterface()
          && !holders.contains(type.getName())) {
        found.add(type.getName());
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void noTestSleeps() {
    List<String> found = new ArrayList<>();
    for (JavaClass type : ProductClasses.tests()) {
      type.getMethodCallsFromSelf().stream()
          .filter(call ->
              call.getTargetOwner().getName().equals("java.lang.Thread")
                  && call.getName().equals("sleep"))
          .forEach(call -> found.add(call.getDescription()));
    }
    assertThat(found).isEmpty();
  }
}
