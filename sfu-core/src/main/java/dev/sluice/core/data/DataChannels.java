package dev.sluice.core.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The channels of one peer: a handful. */
final class DataChannels {
    private static final int MAX = 16;

    private final List<DataChannel> all = new ArrayList<>(4);

    /**
     * @return in the order they were opened; not a copy
     */
    List<DataChannel> all() {
        return all;
    }

    boolean isFull() {
        return all.size() == MAX;
    }

    @Nullable DataChannel get(int id) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).id == id) {
                return all.get(i);
            }
        }
        return null;
    }

    /**
     * @return the channel of that label that is open
     */
    @Nullable DataChannel find(String label) {
        for (int i = 0; i < all.size(); i++) {
            DataChannel channel = all.get(i);
            if (!channel.closing && channel.label.equals(label)) {
                return channel;
            }
        }
        return null;
    }

    /**
     * @return whether there is a channel of that label, open or closing
     */
    boolean has(String label) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).label.equals(label)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @return the open channel that the peer opened first
     */
    @Nullable DataChannel first() {
        for (int i = 0; i < all.size(); i++) {
            DataChannel channel = all.get(i);
            if (!channel.closing && !channel.ours) {
                return channel;
            }
        }
        return null;
    }

    /**
     * @return the lowest free id of our own: even for the DTLS client (RFC 8832 §6)
     */
    int freeId(boolean even) {
        int id = even ? 0 : 1;
        while (get(id) != null) {
            id += 2;
        }
        return id;
    }

    void add(DataChannel channel) {
        all.add(channel);
    }

    void remove(DataChannel channel) {
        all.remove(channel);
    }

    /** Frees what was kept for them. */
    void close() {
        all.forEach(DataChannel::close);
        all.clear();
    }
}
