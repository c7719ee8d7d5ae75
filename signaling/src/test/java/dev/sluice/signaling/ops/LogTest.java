package dev.sluice.signaling.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log as the server configures it. */
class LogTest {
    private final LoggerContext context = new LoggerContext();
    private long nowNanos = 1;

    private Logger limited(ListAppender<ILoggingEvent> into) {
        LogLimit limit = new LogLimit(() -> nowNanos);
        limit.start();
        context.addTurboFilter(limit);
        Logger logger = context.getLogger("x");
        into.start();
        logger.addAppender(into);
        return logger;
    }

    private static List<String> said(ListAppender<ILoggingEvent> by) {
        return by.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void tenLinesASecondOfEachCause() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = limited(lines);
        for (int i = 0; i < 1_000; i++) {
            logger.info("refused: {}", i);
            nowNanos += 100_000;
        }
        logger.info("something else");

        assertEquals(11, lines.list.size());

        nowNanos += 1_000_000_000L;
        logger.info("refused: {}", "again");

        assertEquals(
                List.of("left out 990 lines like: refused: {}", "refused: again"),
                said(lines).subList(11, 13));
    }

    @Test
    void whatIsNotLoggedAnywayCountsForNothing() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = limited(lines);
        logger.setLevel(Level.WARN);
        for (int i = 0; i < 100; i++) {
            logger.info("refused: {}", i);
        }
        logger.setLevel(Level.INFO);
        logger.info("refused: {}", "one");

        assertEquals(List.of("refused: one"), said(lines));
    }

    @Test
    void oneLineStaysOneLineWhateverItSays() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogTest.class.getResource("/logback.xml"));
        Logger logger = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ConsoleAppender<ILoggingEvent> printing =
                (ConsoleAppender<ILoggingEvent>) logger.getAppender("OUT");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        String hostile =
                "a\n12:00:00.000 ERROR Sfu - forged\r\u001b[31m\u202eturned ${jndi:ldap://x/y} "
                        + "x".repeat(10_000);

        logger.info("name: {}", hostile);

        String line =
                new String(
                        printing.getEncoder().encode(lines.list.getFirst()),
                        StandardCharsets.UTF_8);
        assertEquals(1, line.lines().count(), line);
        assertFalse(line.contains("\u001b") || line.contains("\u202e"), line);
        assertTrue(line.length() < 2_100, "it is cut: " + line.length());
        assertTrue(line.contains("${jndi:ldap://x/y}"), "nothing is looked up");
    }
}
