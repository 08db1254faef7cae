package io.epmesh.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayeringTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.epmesh.node");

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.epmesh.(node..)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void naming_isPure() {
        noClasses()
                .that()
                .resideInAPackage("io.epmesh.node.naming..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "org.jgroups..",
                        "com.fasterxml..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent.locks..",
                        "io.epmesh.node",
                        "io.epmesh.node.config..",
                        "io.epmesh.node.session..",
                        "io.epmesh.node.http..",
                        "io.epmesh.node.cli..")
                .check(CLASSES);
    }

    @Test
    void onlyWhatRunsIt_knowsTheWiring() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.epmesh.node.config..",
                        "io.epmesh.node.session..",
                        "io.epmesh.node.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.epmesh.node", "io.epmesh.node.cli..", "org.jgroups..")
                .check(CLASSES);
    }

    @Test
    void commandLine_knowsNoNetty() {
        noClasses()
                .that()
                .resideInAPackage("io.epmesh.node.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "org.jgroups..")
                .check(CLASSES);
    }
}
