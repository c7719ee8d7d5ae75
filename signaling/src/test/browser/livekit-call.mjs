// Several Chromium pages with livekit-client in one room, one of them late.
// Arguments: server URL, seconds, tokens of the first ones separated by commas, token of the late one,
// "settle" to ask for layers and to count at the end, the video codec, and "v1" for one peer connection.
import { joinLiveKit, launchChromium, report, servePages, sleep, until } from './browsers.mjs';

const [url, seconds, first, late, mode, codec, version] = process.argv.slice(2);
const single = version === 'v1';
const pages = await servePages();
const browser = await launchChromium();
try {
  const startedAt = Date.now();
  // what the server says about layers, for failures
  const why = async (of) => (await Promise.all(of.map(async ({ page }) => {
    const { name, identity } = await page.evaluate(() => ({ name: window.room.name, identity: window.room.localParticipant.identity }));
    return (await fetch(`${url}/debug/rooms/${name}/participants/${identity}/why`)).text();
  }))).join('\n');
  const members = [];
  for (const token of first.split(',')) {
    members.push(await joinLiveKit(browser, pages, url, token, { codec: codec || 'vp8', single }));
  }
  const others = members.length - 1;
  await until('everybody sees and hears everybody', 15_000, async () => {
    const all = await Promise.all(members.map((each) => each.stats()));
    return all.every((each) =>
      each.inbound.filter((line) => line.kind === 'video' && line.decoded > 0).length === others
      && each.inbound.filter((line) => line.kind === 'audio' && line.packets > 0).length === others);
  });
  const allSeenMillis = Date.now() - startedAt;
  const before = await Promise.all(members.map((each) => each.stats()));
  await sleep(Number(seconds) * 1000);
  const after = await Promise.all(members.map((each) => each.stats()));
  let latecomer;
  if (late) {
    const joined = await joinLiveKit(browser, pages, url, late, { publish: false, single });
    latecomer = await until('the latecomer sees everybody', 10_000, async () => {
      const stats = await joined.stats();
      return Object.keys(stats.firstFrames).length === members.length && stats;
    });
  }
  // for counting: nobody sends any more, so that both sides can be asked at leisure
  let settled;
  if (mode === 'settle') {
    const heights = async () => (await Promise.all(members.map((each) => each.stats())))
      .flatMap((each) => each.inbound).filter((line) => line.kind === 'video').map((line) => line.height);
    for (const [quality, height] of [[0, 180], [2, 720], [1, 360]]) {
      for (const { page } of members) await page.evaluate((wish) => window.wish(wish), quality);
      await until(`layer of height ${height}`, 15_000, async () => (await heights()).every((each) => each === height))
        .catch(async (error) => {
          throw new Error(`${error.message}, there are ${await heights()}; ${await why(members)}`);
        });
    }
    await Promise.all(members.map(({ page }) => page.evaluate(async () => {
      await window.room.localParticipant.setMicrophoneEnabled(false);
      await window.room.localParticipant.setCameraEnabled(false);
    })));
    await sleep(2000);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const forwarded = metrics.split('\n')
      .filter((line) => line.startsWith('sluice_rtp_packets_total{direction="out"'))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    const stats = await Promise.all(members.map((each) => each.stats()));
    // what was retransmitted, also for probes, is among them
    const received = stats.flatMap((each) => each.inbound).reduce((sum, line) => sum + line.packets, 0);
    settled = { forwarded, received };
  }
  report({ allSeenMillis, before, after, latecomer, settled });
} finally {
  await browser.close();
  pages.close();
}
