/// What a peer knows about names: nodes, peers and mappings as pure values, and the facade
/// [io.epmesh.node.naming.Mesh] through which the outside reads and changes them.
@NullMarked
package io.epmesh.node.naming;

import org.jspecify.annotations.NullMarked;
