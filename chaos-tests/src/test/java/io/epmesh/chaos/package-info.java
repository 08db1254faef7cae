/// Several hosts on one machine: network namespaces with addresses, host names, peers and Erlang
/// nodes of their own, and the faults that happen between them.
@NullMarked
package io.epmesh.chaos;

import org.jspecify.annotations.NullMarked;
