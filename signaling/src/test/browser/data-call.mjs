// Data between two pages of Chromium without any SDK, and between livekit-client and LiveKit's Rust core.
// Arguments: server URL, two tokens of one room, two of another.
import { joinLiveKit, launchChromium, report, servePages, until } from './browsers.mjs';
import { joinNative } from './native.mjs';
import { blank, exchange } from './plain-data.mjs';

const [url, ...tokens] = process.argv.slice(2);
const pages = await servePages();
const browser = await launchChromium();
let native;
try {
  const plain = await exchange([await blank(browser, pages), await blank(browser, pages)], url, tokens.slice(0, 2));
  const web = await joinLiveKit(browser, pages, url, tokens[2], { publish: false });
  native = await joinNative(url, tokens[3], { publish: false });
  await web.page.evaluate(() => {
    window.heard = [];
    window.room.on('dataReceived', (payload, from, kind, topic) => {
      window.heard.push(`${from?.identity} ${topic} ${new TextDecoder().decode(payload)}`);
    });
    window.room.registerTextStreamHandler('essay', async (reader, { identity }) => {
      window.heard.push(`${identity} essay ${(await reader.readAll()).length}`);
    });
    window.room.registerRpcMethod('greet', async ({ callerIdentity, payload }) => `${payload}, ${callerIdentity}`);
  });
  await until('the page knows the other', 10_000, () => web.page.evaluate(() => window.room.remoteParticipants.size === 1));
  const hears = (line) => until(line, 10_000, () => web.page.evaluate((l) => window.heard.includes(l), line));
  for (const reliable of [true, false]) {
    const topic = reliable ? 'sure' : 'maybe';
    await native.publishData(topic, 'from Rust', reliable);
    await hears(`native ${topic} from Rust`);
    await web.page.evaluate((t, r) => window.room.localParticipant.publishData(new TextEncoder().encode('from the page'), { topic: t, reliable: r }), topic, reliable);
    await until('Rust hears', 10_000, () => native.heard.includes(`web ${topic} from the page`));
  }
  await native.sendText('essay', 'word '.repeat(20_000));
  await hears('native essay 100000');
  await web.page.evaluate(() => window.room.localParticipant.sendText('word '.repeat(20_000), { topic: 'essay' }));
  await until('Rust reads', 15_000, () => native.heard.includes('web essay 100000'));
  const greeting = await native.call('web', 'greet', 'hello');
  report({ ...plain, greeting });
} finally {
  await native?.close();
  await browser.close();
  pages.close();
}
process.exit(0);
