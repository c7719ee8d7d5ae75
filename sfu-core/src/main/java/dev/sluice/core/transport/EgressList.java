package dev.sluice.core.transport;

import org.jspecify.annotations.Nullable;

/** What a burst is to send to one peer, in order. */
final class EgressList {
    private @Nullable EgressEntry first;
    private @Nullable EgressEntry last;

    boolean isEmpty() {
        return first == null;
    }

    void add(EgressEntry entry) {
        if (last == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
    }

    /**
     * @return the first entry, which leads to the others; the list is empty afterwards
     */
    @Nullable EgressEntry take() {
        EgressEntry taken = first;
        first = null;
        last = null;
        return taken;
    }
}
