// One end of a call over a network made bad on purpose: docs/quality.md, "Over a bad network".
// Arguments: "publish" or "watch", server URL, token, seconds.
import { joinLiveKit, launchChromium, report, servePages, sleep } from './browsers.mjs';

const [role, url, token, seconds] = process.argv.slice(2);
const pages = await servePages();
const browser = await launchChromium();
try {
  const joined = await joinLiveKit(browser, pages, url, token, { publish: role === 'publish' });
  if (role === 'publish') {
    await sleep(Number(seconds) * 1000);
  } else {
    const began = Date.now();
    const heights = {};
    let first;
    let settled; // counters after the first five seconds
    let line;
    let sound;
    while (Date.now() - began < Number(seconds) * 1000) {
      await sleep(500);
      const { inbound } = await joined.stats();
      line = inbound.find((each) => each.kind === 'video') ?? line;
      sound = inbound.find((each) => each.kind === 'audio') ?? sound;
      if (!line?.decoded) continue;
      first ??= Date.now() - began;
      heights[line.height] = (heights[line.height] ?? 0) + 1;
      if (Date.now() - began > 5000) settled ??= line;
    }
    report({
      firstMillis: first, heights, fps: line?.fps, lost: line?.lost, nacks: line?.nacks, plis: line?.plis,
      freezes: (line?.frozen ?? 0) - (settled?.frozen ?? 0),
      frozenSeconds: (line?.frozenSeconds ?? 0) - (settled?.frozenSeconds ?? 0),
      concealed: sound ? sound.concealed / sound.samples : undefined,
    });
  }
} finally {
  await browser.close();
  pages.close();
}
