package io.epmesh.node.session;

import io.epmesh.node.naming.CableEntry;
import io.epmesh.node.naming.CableList;
import io.epmesh.node.naming.CutEntry;
import java.util.ArrayList;
import java.util.List;

/// One line of a [CableList], which is sent in parts.
sealed interface CableRow {
    record Cut(CutEntry entry) implements CableRow {}

    record Cable(CableEntry entry) implements CableRow {}

    /// A peer that did not say which cables it has.
    record Silent(String peer) implements CableRow {}

    static List<CableRow> rows(CableList list) {
        List<CableRow> rows = new ArrayList<>();
        list.cuts().forEach(cut -> rows.add(new Cut(cut)));
        list.cables().forEach(cable -> rows.add(new Cable(cable)));
        list.silent().forEach(peer -> rows.add(new Silent(peer)));
        return rows;
    }

    static CableList list(List<CableRow> rows) {
        List<CutEntry> cuts = new ArrayList<>();
        List<CableEntry> cables = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (CableRow row : rows) {
            switch (row) {
                case Cut(CutEntry entry) -> cuts.add(entry);
                case Cable(CableEntry entry) -> cables.add(entry);
                case Silent(String peer) -> silent.add(peer);
            }
        }
        return new CableList(cuts, cables, silent);
    }
}
