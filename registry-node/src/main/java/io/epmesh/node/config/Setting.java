package io.epmesh.node.config;

/// One effective value, as `config show` prints it.
///
/// @param key the key as files spell it
/// @param value the value as text
/// @param origin `flag --KEY`, `environment VARIABLE`, `file PATH:LINE` or `default`
public record Setting(String key, String value, String origin) {}
