package dev.sluice.signaling.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request is not whole in time: who sends a byte now and then is never
 * idle, and would keep it for ever. Two places in the pipeline, before the codec and behind the
 * aggregator. Confined to the connection's event loop.
 */
final class RequestDeadline {
    private static final int SECONDS = 10;

    private @Nullable Future<?> closing;

    /** Sees bytes come. */
    final class Begin extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (closing == null) {
                closing =
                        context.executor()
                                .schedule(() -> context.close(), SECONDS, TimeUnit.SECONDS);
            }
            context.fireChannelRead(message);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            end();
        }
    }

    /** Sees whole requests. */
    final class End extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            end();
            context.fireChannelRead(message);
        }
    }

    private void end() {
        if (closing != null) {
            closing.cancel(false);
            closing = null;
        }
    }
}
