package io.epmesh.node.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/// Which version of epmesh this is.
public final class SoftwareVersion {
    private SoftwareVersion() {}

    /// {@return the version as the build knew it}
    public static String text() {
        Properties properties = new Properties();
        try (InputStream in = SoftwareVersion.class.getResourceAsStream("version.properties")) {
            properties.load(Objects.requireNonNull(in, "version.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties", e);
        }
        return Objects.requireNonNull(properties.getProperty("version"), "version");
    }
}
