package dev.sluice.core.data;

import io.netty.buffer.ByteBuf;
import java.util.Set;

/**
 * A message from one member of a room to others.
 *
 * @param form who can read it: members have the same form
 * @param label of the channel that it goes by
 * @param text whether it is text
 * @param reliable whether its sender is to wait for receivers that are full
 * @param bytes whoever takes the message releases them; their indices stay as they are
 * @param from id of the member that sent it, empty for none: it does not get it back
 * @param to ids and names of members it is for, empty for all
 */
public record DataMessage(
        Form form,
        String label,
        boolean text,
        boolean reliable,
        ByteBuf bytes,
        String from,
        Set<String> to) {
    /** How messages are written. */
    public enum Form {
        /** As a protocol of ours has it, on channels that the protocol names. */
        PACKET,
        /** As an application wrote it, on a channel of that label, or else on the first one. */
        PLAIN
    }

    boolean isFor(DataMember member) {
        return form == member.form()
                && !member.id().equals(from)
                && (to.isEmpty() || to.contains(member.id()) || to.contains(member.name()));
    }
}
