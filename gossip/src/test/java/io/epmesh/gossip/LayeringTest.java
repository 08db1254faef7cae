package io.epmesh.gossip;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayeringTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.epmesh");

    @Test
    void journal_ofGossip_knowsNothing() {
        assertThat(CLASSES).isNotEmpty();
        noClasses()
                .that()
                .resideInAPackage("io.epmesh.gossip.journal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.epmesh.gossip",
                        "io.epmesh.gossip.jgroups..",
                        "org.jgroups..",
                        "org.pcollections..",
                        "io.netty..")
                .check(CLASSES);
    }

    @Test
    void core_ofItsAdapter_knowsNothing() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.epmesh.gossip.jgroups..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.epmesh.gossip.jgroups..", "org.jgroups..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void module_ofOtherModules_knowsNone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.epmesh.node..", "io.epmesh.epmd..", "io.epmesh.relay..")
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.epmesh.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
