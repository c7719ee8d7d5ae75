// A Firefox page and a Chromium page with livekit-client in one room.
// Arguments: server URL, seconds, token for Firefox, token for Chromium, and "v1" for one peer connection.
import { joinLiveKit, launchChromium, launchFirefox, report, servePages, sleep, until } from './browsers.mjs';

const [url, seconds, firefoxToken, chromiumToken, version] = process.argv.slice(2);
const options = { single: version === 'v1' };
const pages = await servePages();
const firefox = await launchFirefox();
const chromium = await launchChromium();
try {
  const members = [
    await joinLiveKit(firefox, pages, url, firefoxToken, options),
    await joinLiveKit(chromium, pages, url, chromiumToken, options),
  ];
  const stats = () => Promise.all(members.map((each) => each.stats()));
  await until('both see and hear each other', 20_000, async () =>
    (await stats()).every((each) =>
      each.inbound.some((line) => line.kind === 'video' && line.decoded > 0)
      && each.inbound.some((line) => line.kind === 'audio' && line.packets > 0)));
  const before = await stats();
  await sleep(Number(seconds) * 1000);
  const after = await stats();
  report({ before, after });
} finally {
  await firefox.close();
  await chromium.close();
  pages.close();
}
