package io.headgate.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may import whom: the floors of both planes, and the doors to the libraries. */
class LayersTest {

  private static final String DATA = "io.headgate.dataplane.";
  private static final String CONTROL = "io.headgate.controlplane.";

  /** The data plane's packages, lowest floor first: each may import those before it. */
  private static final List<String> DATA_PLANE_FLOORS =
      List.of(
          "current",
          "http",
          "proxyprotocol",
          "observe",
          "endpoint",
          "load",
          "tls",
          "codec",
          "filter",
          "lb",
          "upstream",
          "health",
          "cluster",
          "route",
          "filters",
          "router",
          "hcm",
          "otlp",
          "listener",
          "runtime",
          "overload");

  @Test
  void thePlanesNeverImportEachOther() {
    noClasses()
        .that()
        .resideInAPackage("io.headgate.dataplane..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.headgate.controlplane..")
        .check(ProductClasses.main());
    noClasses()
        .that()
        .resideInAPackage("io.headgate.controlplane..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.headgate.dataplane..")
        .check(ProductClasses.main());
  }

  @Test
  void theSharedModelImportsNeitherPlane() {
    noClasses()
        .that()
        .resideInAnyPackage("io.headgate.fleet..", "io.headgate.xds..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.headgate.dataplane..", "io.headgate.controlplane..")
        .check(ProductClasses.main());
  }

  @Test
  void theModelsAreJdkOnly() {
    classes()
        .that()
        .resideInAnyPackage("io.headgate.fleet", "io.headgate.xds.model..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "io.headgate.fleet", "io.headgate.xds.model..", "org.jspecify..")
        .check(ProductClasses.main());
  }

  @TestFactory
  List<DynamicTest> aFloorImportsOnlyLowerFloors() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < DATA_PLANE_FLOORS.size() - 1; i++) {
      String floor = DATA_PLANE_FLOORS.get(i);
      String[] above =
          DATA_PLANE_FLOORS.subList(i + 1, DATA_PLANE_FLOORS.size()).stream()
              .map(name -> DATA + name + "..")
              .toArray(String[]::new);
      tests.add(
          DynamicTest.dynamicTest(
              floor,
              () ->
                  noClasses()
                      .that()
                      .resideInAPackage(DATA + floor + "..")
                      .should()
                      .dependOnClassesThat()
                      .resideInAnyPackage(above)
                      .allowEmptyShould(false)
                      .check(ProductClasses.main())));
    }
    return tests;
  }

  @Test
  void noPackageCycles() {
    slices()
        .matching("io.headgate.dataplane.(**)")
        .should()
        .beFreeOfCycles()
        .check(ProductClasses.main());
    slices()
        .matching("io.headgate.controlplane.(**)")
        .should()
        .beFreeOfCycles()
        .check(ProductClasses.main());
    slices()
        .matching("io.headgate.(fleet|xds)..")
        .should()
        .beFreeOfCycles()
        .check(ProductClasses.main());
    slices()
        .matching("io.headgate.xds.(**)")
        .should()
        .beFreeOfCycles()
        .check(ProductClasses.main());
  }

  @Test
  void etcdIsReachedThroughTheStoreOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CONTROL + "store..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.etcd..")
        .check(ProductClasses.main());
  }

  @Test
  void grpcHasItsDoors() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            CONTROL + "discovery..",
            CONTROL + "fleetstate..",
            CONTROL + "feedback..",
            CONTROL + "app..",
            CONTROL + "store..",
            DATA + "xds..",
            DATA + "load..",
            DATA + "app..",
            "io.headgate.proto..",
            "io.headgate.perf..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.grpc..")
        .check(ProductClasses.main());
  }

  @Test
  void protobufStaysInCodecsAndTransport() {
    DescribedPredicate<JavaClass> protobuf =
        JavaClass.Predicates.resideInAnyPackage(
            "com.google.protobuf..", "io.envoyproxy.envoy..", "io.headgate.proto..");
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.headgate.proto..",
            "io.headgate.fleet.codec..",
            "io.headgate.xds.codec..",
            CONTROL + "snapshot..",
            CONTROL + "discovery..",
            CONTROL + "fleetstate..",
            CONTROL + "feedback..",
            DATA + "xds..",
            DATA + "load..",
            DATA + "admin..",
            DATA + "app..",
            "io.headgate.perf..")
        .should()
        .dependOnClassesThat(protobuf)
        .check(ProductClasses.main());
  }

  @Test
  void featuresNeverImportTheRuntime() {
    noClasses()
        .that()
        .resideInAPackage("io.headgate.dataplane..")
        .and()
        .resideOutsideOfPackages(DATA + "runtime..", DATA + "app..", DATA + "admin..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(DATA + "runtime..")
        .check(ProductClasses.main());
  }
}
