/// Many peers of the production core in one thread and in virtual time, under faults.
@org.jspecify.annotations.NullMarked
package io.epmesh.simulator;
