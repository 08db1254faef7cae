package io.epmesh.relay;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class LayeringTest {
    @Test
    void relay_ofOtherModules_knowsNone() {
        JavaClasses classes = new ClassFileImporter().importPackages("io.epmesh.relay");
        assertThat(classes).isNotEmpty();
        noClasses()
                .should()
                .dependOnClassesThat(
                        describe(
                                "another module",
                                type ->
                                        type.getPackageName().startsWith("io.epmesh.")
                                                && !type.getPackageName()
                                                        .startsWith("io.epmesh.relay")))
                .check(classes);
    }
}
