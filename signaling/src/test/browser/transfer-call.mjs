// A large file from one page to three others in a video call, beside the same call without it.
// Arguments: server URL with --dev (http://127.0.0.1:7880), megabytes (100), seconds of the call alone (40).
// Not part of the build: it takes some minutes.
import { joinLiveKit, launchChromium, report, servePages, sleep, until } from './browsers.mjs';

const [url = 'http://127.0.0.1:7880', megabytes = '100', alone = '40'] = process.argv.slice(2);
const pages = await servePages();
const browser = await launchChromium();
const token = async (name) => (await (await fetch(`${url}/demo/token`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ room: 'transfer', name }),
})).json()).token;

/** What each member saw since the last look. */
const looks = new Map();
async function look(members) {
  const found = [];
  for (const [name, member] of members) {
    const now = await member.page.evaluate(async () => {
      const receiving = window.room.engine.pcManager.subscriber ?? window.room.engine.pcManager.publisher;
      const lines = [];
      (await (receiving.getPc?.() ?? receiving.pc).getStats()).forEach((line) => lines.push(line));
      const sum = (kind, field) => lines.filter((line) => line.type === 'inbound-rtp' && line.kind === kind)
        .reduce((total, line) => total + (line[field] ?? 0), 0);
      const pair = lines.find((line) => line.type === 'candidate-pair' && line.nominated) ?? {};
      return {
        at: performance.now(),
        frames: sum('video', 'framesDecoded'),
        packets: sum('video', 'packetsReceived') + sum('audio', 'packetsReceived'),
        lost: sum('video', 'packetsLost') + sum('audio', 'packetsLost'),
        delay: sum('video', 'jitterBufferDelay'),
        emitted: sum('video', 'jitterBufferEmittedCount'),
        frozen: sum('video', 'totalFreezesDuration'),
        trips: pair.totalRoundTripTime ?? 0,
        answers: pair.responsesReceived ?? 0,
      };
    });
    const before = looks.get(name) ?? now;
    looks.set(name, now);
    const seconds = (now.at - before.at) / 1000 || 1;
    found.push({
      name,
      fps: +((now.frames - before.frames) / seconds).toFixed(2),
      lost: now.lost - before.lost,
      packets: now.packets - before.packets,
      bufferMs: +(1000 * (now.delay - before.delay) / Math.max(1, now.emitted - before.emitted)).toFixed(1),
      frozenSeconds: +(now.frozen - before.frozen).toFixed(2),
    });
  }
  return found;
}

try {
  const members = new Map();
  for (const name of ['ada', 'bob', 'carl', 'dora']) {
    const member = await joinLiveKit(browser, pages, url, await token(name), { publish: false });
    members.set(name, member);
  }
  for (const name of ['ada', 'bob']) { // two pictures: four would be too much for two cores
    await members.get(name).page.evaluate(async () => {
      await window.room.localParticipant.setMicrophoneEnabled(true);
      await window.room.localParticipant.setCameraEnabled(true, { resolution: { width: 640, height: 360, frameRate: 20 } }, { simulcast: false });
    });
  }
  await sleep(10_000);
  await look(members);
  await sleep(Number(alone) * 1000);
  const without = await look(members);
  for (const name of ['bob', 'carl', 'dora']) {
    await members.get(name).page.evaluate(() => {
      window.room.registerByteStreamHandler('file', async (reader) => {
        const parts = await reader.readAll();
        const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
        window.file = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      });
    });
  }
  const began = Date.now();
  const sent = await members.get('ada').page.evaluate(async (size) => {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) bytes[i] = (i * 2_654_435_761) >>> 13;
    window.sending = window.room.localParticipant.sendFile(new File([bytes], 'large.bin'), { topic: 'file' });
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }, Number(megabytes) * 1_000_000);
  await sleep(2_000);
  await look(members);
  const came = {};
  let windowed;
  for (const name of ['bob', 'carl', 'dora']) {
    came[name] = await until(`the file at ${name}`, 600_000, () => members.get(name).page.evaluate(() => window.file));
    windowed ??= await look(members); // up to when the first has it
  }
  report({ seconds: (Date.now() - began) / 1000, same: Object.values(came).every((each) => each === sent), without, with: windowed });
} finally {
  await browser.close();
  pages.close();
}
process.exit(0);
