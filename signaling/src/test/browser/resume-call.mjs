// A Chromium page with livekit-client whose WebSocket breaks, while another watches it.
// Arguments: server URL, token of the publisher, token of the viewer, and "v1" for one peer connection.
import { joinLiveKit, launchChromium, report, servePages, sleep, until } from './browsers.mjs';

const [url, publisher, viewer, version] = process.argv.slice(2);
const single = version === 'v1';
const pages = await servePages();
const browser = await launchChromium();
try {
  const one = await joinLiveKit(browser, pages, url, publisher, { single });
  const two = await joinLiveKit(browser, pages, url, viewer, { publish: false, single });
  const decoded = async () => (await two.stats()).inbound.find((each) => each.kind === 'video')?.decoded ?? 0;
  await until('video', 10_000, async () => await decoded() > 20);
  const watch = (of) => of.page.evaluate(() => {
    window.seen = [];
    for (const event of ['signalReconnecting', 'reconnecting', 'reconnected', 'disconnected', 'participantDisconnected']) {
      window.room.on(event, () => window.seen.push(event));
    }
  });
  await watch(one);
  await watch(two);
  const results = [];
  for (const cut of [one, two]) {
    const before = await cut.page.evaluate(() => window.room.localParticipant.sid);
    await cut.page.evaluate(() => window.room.engine.client.ws?.close ? window.room.simulateScenario('signal-reconnect') : 0);
    // the longest time without a new frame, looked at each 50 ms
    let last = await decoded();
    let since = Date.now();
    let gap = 0;
    const end = Date.now() + 5000;
    while (Date.now() < end) {
      await sleep(50);
      const now = await decoded();
      if (now > last) {
        gap = Math.max(gap, Date.now() - since);
        since = Date.now();
        last = now;
      }
    }
    results.push({
      events: await cut.page.evaluate(() => window.seen),
      others: await (cut === one ? two : one).page.evaluate(() => window.seen),
      sameSid: before === await cut.page.evaluate(() => window.room.localParticipant.sid),
      gap: Math.max(gap, Date.now() - since),
    });
  }
  // a new track after all that: signaling works both ways
  await one.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(false));
  await until('a mute', 5000, () => two.page.evaluate(() =>
    [...window.room.remoteParticipants.values()][0].isMicrophoneEnabled === false));
  report({ results });
} finally {
  await browser.close();
  pages.close();
}
