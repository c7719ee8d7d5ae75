package dev.sluice.signaling;

/** Everybody of a room on one worker. */
class RepairTest extends RepairScenarios {
    RepairTest() {
        super(TestServer.start());
    }
}
