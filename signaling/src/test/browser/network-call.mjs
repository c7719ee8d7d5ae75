// Two Chromium pages with livekit-client in one room, through whatever network there is.
// Arguments: server URL, seconds, two tokens.
import { joinLiveKit, launchChromium, report, servePages, sleep, until } from './browsers.mjs';

const [url, seconds, ...tokens] = process.argv.slice(2);
const pages = await servePages();
const browser = await launchChromium();
try {
  const members = [];
  for (const token of tokens) members.push(await joinLiveKit(browser, pages, url, token));
  const stats = () => Promise.all(members.map((each) => each.stats()));
  await until('both see and hear each other', 30_000, async () =>
    (await stats()).every((each) =>
      each.inbound.some((line) => line.kind === 'video' && line.decoded > 0)
      && each.inbound.some((line) => line.kind === 'audio' && line.packets > 0)))
    .catch(async (error) => { throw new Error(`${error.message}: ${JSON.stringify(await stats())}`); });
  const before = await stats();
  await sleep(Number(seconds) * 1000);
  const after = await stats();
  report({ before, after });
} finally {
  await browser.close();
  pages.close();
}
