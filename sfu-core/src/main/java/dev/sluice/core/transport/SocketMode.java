package dev.sluice.core.transport;

import dev.sluice.core.transport.ffi.DatagramCalls;
import io.netty.channel.epoll.Epoll;
import io.netty.util.internal.PlatformDependent;

/** How datagrams leave, best first. Receiving goes through Netty's channel in all of them. */
public enum SocketMode {
    /** The best that works here. */
    AUTO("the best"),
    /** System calls of our own on Netty's epoll socket: batches, runs cut apart by the kernel. */
    NATIVE("epoll, sendmmsg with segmentation"),
    /** Netty's epoll transport. */
    EPOLL("epoll"),
    /** Netty's portable transport. */
    NIO("NIO");

    private final String description;

    SocketMode(String description) {
        this.description = description;
    }

    /**
     * @return what it is, for the log
     */
    public String description() {
        return description;
    }

    /**
     * @return the mode to use; never {@link #AUTO}
     * @throws IllegalStateException when this very mode was asked for and does not work here
     */
    public SocketMode resolve() {
        boolean natively =
                Epoll.isAvailable()
                        && PlatformDependent.hasUnsafe()
                        && DatagramCalls.areAvailable();
        if (this == AUTO) {
            return natively ? NATIVE : Epoll.isAvailable() ? EPOLL : NIO;
        }
        if ((this == NATIVE && !natively) || (this == EPOLL && !Epoll.isAvailable())) {
            throw new IllegalStateException("sockets: " + this + " does not work on this system");
        }
        return this;
    }
}
