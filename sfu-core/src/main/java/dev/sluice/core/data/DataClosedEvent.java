package dev.sluice.core.data;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A data channel ended otherwise than by the wish of who opened it. */
@Name("dev.sluice.DataChannelClosed")
@Label("Data channel closed")
@Description("A data channel was closed or emptied, and what waited for it was dropped")
@Category({"Sluice", "Data"})
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // read by the recorder
final class DataClosedEvent extends Event {
    @Label("Channel")
    private String channel = "";

    @Label("Reason")
    private String reason = "";

    @Label("Messages lost")
    private int messages;

    @Label("Bytes that waited")
    @DataAmount
    private int bytes;

    static void emit(String channel, String reason, int messages, int bytes) {
        DataClosedEvent event = new DataClosedEvent();
        if (event.isEnabled()) {
            event.channel = channel;
            event.reason = reason;
            event.messages = messages;
            event.bytes = bytes;
            event.commit();
        }
    }
}
