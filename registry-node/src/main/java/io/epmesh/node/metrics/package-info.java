/// Metrics in the text format of Prometheus.
@NullMarked
package io.epmesh.node.metrics;

import org.jspecify.annotations.NullMarked;
