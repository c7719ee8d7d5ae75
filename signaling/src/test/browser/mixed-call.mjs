// livekit-client, the demo page's JSON client and LiveKit's Rust core in one room.
// Arguments: server URL, seconds, token for livekit-client, token for the Rust core; the demo page asks
// for its own token for room "mixed".
import { joinLiveKit, launchChromium, report, servePages, sleep, until } from './browsers.mjs';
import { joinNative } from './native.mjs';

const [url, seconds, browserToken, nativeToken] = process.argv.slice(2);
const pages = await servePages();
const browser = await launchChromium();
let native;
try {
  const livekit = await joinLiveKit(browser, pages, url, browserToken);
  const demo = await (await browser.createBrowserContext()).newPage();
  await demo.goto(`${url}/?room=mixed&name=demo&join=1`);
  native = await joinNative(url, nativeToken);
  const demoStats = () => demo.evaluate(() => window.sluice?.stats() ?? []);
  let seen;
  await until('everybody sees and hears everybody', 20_000, async () => {
    const web = await livekit.stats();
    const page = await demoStats();
    seen = {
      web: web.inbound.filter((line) => (line.kind === 'video' ? line.decoded > 0 : line.energy > 0)).map((line) => line.kind),
      page: page.filter((line) => (line.kind === 'video' ? line.framesDecoded > 0 : line.audioEnergy > 0)).map((line) => line.kind),
      native: native.received,
    };
    const both = (kinds) => ['audio', 'video'].every((kind) => kinds.filter((each) => each === kind).length === 2);
    return both(seen.web) && both(seen.page)
      && Object.keys(native.received.video).length === 2 && Object.keys(native.received.audio).length === 2;
  }).catch((error) => { throw new Error(`${error.message}; seen: ${JSON.stringify(seen)}`); });
  const before = { web: await livekit.stats(), demo: await demoStats(), native: structuredClone(native.received) };
  await sleep(Number(seconds) * 1000);
  const after = { web: await livekit.stats(), demo: await demoStats(), native: structuredClone(native.received) };
  report({ before, after });
} finally {
  await native?.close();
  await browser.close();
  pages.close();
}
process.exit(0);
