/// The configuration of a peer: flags over environment over file over default, each value with its
/// origin.
@NullMarked
package io.epmesh.node.config;

import org.jspecify.annotations.NullMarked;
