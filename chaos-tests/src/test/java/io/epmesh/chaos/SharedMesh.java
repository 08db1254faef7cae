package io.epmesh.chaos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One mesh for the tests of a class that leave no trace in it: started before the first, cleaned
/// between two, started anew after one that has failed.
final class SharedMesh implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final int hosts;
    private @Nullable Mesh mesh;

    SharedMesh(int hosts) {
        this.hosts = hosts;
    }

    /// The mesh, during a test.
    Mesh get() {
        if (mesh == null) {
            throw new IllegalStateException("no test is running");
        }
        return mesh;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        if (mesh == null) {
            mesh = Mesh.start(hosts, context.getRequiredTestClass().getSimpleName());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Mesh used = mesh;
        if (used == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            mesh = null;
            used.close();
        } else {
            used.reset();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (mesh != null) {
            mesh.close();
            mesh = null;
        }
    }
}
