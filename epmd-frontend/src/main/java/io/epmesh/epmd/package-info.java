/// The EPMD protocol: codec, server with the rules of epmd, client. Knows no mesh.
@NullMarked
package io.epmesh.epmd;

import org.jspecify.annotations.NullMarked;
