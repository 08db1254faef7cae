/// What a run leaves for people: its results, plots and a timeline, as files that open from a disk.
@NullMarked
package io.epmesh.chaos.report;

import org.jspecify.annotations.NullMarked;
