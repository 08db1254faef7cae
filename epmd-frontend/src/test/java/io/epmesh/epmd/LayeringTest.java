package io.epmesh.epmd;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class LayeringTest {
    private final JavaClasses classes = new ClassFileImporter().importPackages("io.epmesh.epmd");

    @Test
    void frontend_ofOtherModules_knowsNone() {
        assertThat(classes).isNotEmpty();
        noClasses()
                .should()
                .dependOnClassesThat(
                        describe(
                                "another module",
                                type ->
                                        type.getPackageName().startsWith("io.epmesh.")
                                                && !type.getPackageName()
                                                        .startsWith("io.epmesh.epmd")))
                .check(classes);
    }

    @Test
    void packages_ofFrontend_haveNoCycles() {
        slices().matching("io.epmesh.(**)").should().beFreeOfCycles().check(classes);
    }
}
