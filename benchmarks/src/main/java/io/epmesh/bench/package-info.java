/// Measures peers from outside, side by side with the programs that they replace.
@NullMarked
package io.epmesh.bench;

import org.jspecify.annotations.NullMarked;
