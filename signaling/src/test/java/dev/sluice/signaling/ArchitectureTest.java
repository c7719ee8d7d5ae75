package dev.sluice.signaling;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The borders between modules and packages, and a few habits, held by the build. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> THREADS =
            List.of(
                    "Confined to the worker's event loop",
                    "Confined to the caller's thread",
                    "Safe from any thread",
                    "Immutable");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_SIGNALING =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.sluice.core..", "dev.sluice.rtp..", "dev.sluice.ice..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.sluice.signaling..",
                            "io.netty.handler..",
                            "com.fasterxml..",
                            "com.google.protobuf..",
                            "livekit..",
                            "io.micrometer..");

    @ArchTest
    static final ArchRule ICE4J_STAYS_IN_ITS_PACKAGE = only("org.ice4j..", "dev.sluice.ice.stun..");

    @ArchTest
    static final ArchRule BOUNCYCASTLE_STAYS_IN_ITS_PACKAGE =
            only("org.bouncycastle..", "dev.sluice.dtls..");

    @ArchTest
    static final ArchRule LIVEKIT_STAYS_IN_ITS_PACKAGES =
            only("livekit..", "dev.sluice.signaling.livekit..", "dev.sluice.signaling.http..");

    @ArchTest
    static final ArchRule FOREIGN_MEMORY_STAYS_IN_FFI = only("java.lang.foreign..", "..ffi..");

    @ArchTest
    static final ArchRule TIME_IS_AN_ARGUMENT =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.sluice.rtp..",
                            "dev.sluice.srtp..",
                            "dev.sluice.dtls..",
                            "dev.sluice.ice..",
                            "dev.sluice.sctp..",
                            "dev.sluice.core..")
                    .and()
                    .doNotHaveFullyQualifiedName("dev.sluice.core.Worker")
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule NO_VAGUE_NAMES =
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Impl")
                    .orShould()
                    .haveSimpleNameStartingWith("Default")
                    .orShould()
                    .haveSimpleNameEndingWith("Manager")
                    .orShould()
                    .haveSimpleNameEndingWith("Utils");

    private static ArchRule only(String library, String... homes) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .and()
                .resideInAPackage("dev.sluice..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    @Test
    void everyPackageStatesItsThread() throws IOException {
        Path root = Path.of(System.getProperty("sluice.root", ".."));
        List<Path> infos = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (String module :
                List.of("rtp", "dtls-srtp", "ice", "sctp", "sfu-core", "signaling", "benchmarks")) {
            Path sources = root.resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(f -> f.endsWith("package-info.java")).toList()) {
                    infos.add(file);
                    String text = Files.readString(file).replaceAll("\\s*\\n \\*\\s*", " ");
                    boolean stated = THREADS.stream().anyMatch(text::contains);
                    if (!stated || !text.contains("@NullMarked")) {
                        silent.add(file.toString());
                    }
                }
            }
        }
        assertEquals(List.of(), silent);
        assertTrue(infos.size() >= 15, infos.toString());
    }
}
