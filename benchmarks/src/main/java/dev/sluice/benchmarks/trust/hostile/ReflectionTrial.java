package dev.sluice.benchmarks.trust.hostile;

import dev.sluice.benchmarks.load.ServerProcess;
import dev.sluice.benchmarks.load.WhipClient;
import dev.sluice.benchmarks.trust.lab.Lab;
import dev.sluice.benchmarks.trust.lab.Lab.Counted;
import dev.sluice.benchmarks.trust.lab.Lab.Host;
import dev.sluice.benchmarks.trust.lab.Repeat;
import dev.sluice.benchmarks.trust.lab.Report;
import dev.sluice.signaling.client.Answer;
import dev.sluice.signaling.client.ClientLoop;
import dev.sluice.signaling.client.IceChecks;
import dev.sluice.signaling.client.SyntheticPublisher;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Whether the server can be made to send to somebody who asked for nothing. */
final class ReflectionTrial {
    private static final int CHECKS = 100;
    private static final int HEADERS = 28; // IPv4 and UDP, which the counters see, too

    /** Candidates that name somebody else, in every form there is. */
    private static final List<String> CANDIDATES =
            List.of(
                    "1 1 udp 2130706431 10.99.0.4 9999 typ host",
                    "2 1 udp 1694498815 10.99.0.4 9998 typ srflx raddr 10.0.0.1 rport 1",
                    "3 1 tcp 2105458943 10.99.0.4 80 typ host tcptype passive",
                    "4 1 tcp 2105458943 10.99.0.4 9 typ host tcptype active",
                    "5 1 udp 2130706431 victim.example 9997 typ host",
                    "6 1 udp 2130706431 0123abcd-0000-4000-8000-000000000000.local 9996 typ host",
                    "7 1 udp 2130706431 ::ffff:10.99.0.4 9995 typ host",
                    "8 2 udp 2130706431 127.0.0.1 22 typ host",
                    "9 1 udp 2130706431 169.254.169.254 80 typ host");

    private final Lab lab;
    private final ServerProcess server;
    private final Report report;

    ReflectionTrial(Lab lab, ServerProcess server, Report report) {
        this.lab = lab;
        this.server = server;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        lab.count(Host.SERVER, Host.VICTIM);
        candidates();
        unknown();
        known();
    }

    private void candidates() throws IOException, InterruptedException {
        try (ClientLoop loop = new ClientLoop("candidates")) {
            SyntheticPublisher peer = new SyntheticPublisher(loop, -1, 10, 0);
            StringBuilder offer = new StringBuilder(peer.offer(true, 1, 0, 10));
            CANDIDATES.forEach(each -> offer.append("a=candidate:").append(each).append("\r\n"));
            Answer answer =
                    new WhipClient(server.url()).post("/dev/whip/named/x", offer.toString());
            peer.connect(answer).orTimeout(10, TimeUnit.SECONDS).join();
            TimeUnit.SECONDS.sleep(3);
            peer.close();
        }
        Counted seen = lab.counted(Host.SERVER);
        report.none("candidates that name others: packets to them", seen.packets());
        report.none("  questions to name servers", seen.questions());
    }

    /** Noise in the victim's name. */
    private void unknown() throws IOException, InterruptedException {
        Answer answer = session("unknown").answer();
        long before = lab.counted(Host.SERVER).bytes();
        String port = Integer.toString(answer.address().getPort());
        lab.spoof(Host.HOSTILE, port, Host.VICTIM.address() + ":5555");
        Process attacker =
                lab.start(
                        Host.HOSTILE,
                        Attack.class,
                        "STUN,DTLS,SRTP,FRAGMENT",
                        Host.SERVER.address(),
                        port,
                        "1000",
                        "5",
                        "1",
                        answer.ufrag());
        attacker.waitFor();
        lab.unspoof(Host.HOSTILE);
        long sent = lab.counted(Host.SERVER).bytes() - before;
        report.none("noise in the victim's name: bytes to it", sent);
    }

    /** Good checks in the victim's name, by who has a session. */
    private void known() throws IOException, InterruptedException {
        Session session = session("known");
        Answer answer = session.answer();
        Counted before = lab.counted(Host.SERVER);
        byte[] check = IceChecks.nominating(answer.ufrag(), answer.password(), session.ufrag());
        String port = Integer.toString(answer.address().getPort());
        lab.spoof(Host.HOSTILE, port, Host.VICTIM.address() + ":5556");
        Process liar =
                lab.start(
                        Host.HOSTILE,
                        Repeat.class,
                        Host.SERVER.address(),
                        port,
                        Integer.toString(CHECKS),
                        HexFormat.of().formatHex(check));
        liar.waitFor();
        TimeUnit.SECONDS.sleep(2);
        lab.unspoof(Host.HOSTILE);
        Counted after = lab.counted(Host.SERVER);
        double sent = CHECKS * (double) (check.length + HEADERS);
        double ratio = (after.bytes() - before.bytes()) / sent;
        report.goal(
                "good checks in the victim's name: answers",
                Long.toString(after.packets() - before.packets()),
                "some, or nothing was tried",
                after.packets() > before.packets());
        report.most("  bytes out over in", ratio, 3, "");
    }

    /** Somebody's session, which never connects. */
    private record Session(Answer answer, String ufrag) {}

    private Session session(String room) {
        try (ClientLoop loop = new ClientLoop("session")) {
            SyntheticPublisher peer = new SyntheticPublisher(loop, -1, 10, 0);
            Answer answer =
                    new WhipClient(server.url())
                            .post("/dev/whip/" + room + "/x", peer.offer(true, 1, 0, 10));
            peer.close();
            return new Session(answer, peer.ufrag());
        }
    }
}
