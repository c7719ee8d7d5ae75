// A Firefox page and a Chromium page with livekit-client in one room.
// Arguments: server URL, seconds, token for Firefox, token for Chromium, and "v1" for one peer connection.
import { blank, exchange } from './plain-data.mjs';
import { joinLiveKit, launchChromium, launchFirefox, report, servePages, sleep, until } from './browsers.mjs';

const [url, seconds, firefoxToken, chromiumToken, version, ...plainTokens] = process.argv.slice(2);
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
  const hears = (member, line) => until(line, 10_000, () => member.page.evaluate((l) => window.heard.includes(l), line));
  for (const member of members) {
    await member.page.evaluate(() => {
      window.heard = [];
      window.room.on('dataReceived', (payload, from) => window.heard.push(`${from?.identity} ${new TextDecoder().decode(payload)}`));
      window.room.registerTextStreamHandler('essay', async (reader, { identity }) => {
        window.heard.push(`${identity} essay ${(await reader.readAll()).length}`);
      });
    });
  }
  const names = ['firefox', 'chromium'];
  for (let i = 0; i < 2; i++) {
    for (const reliable of [true, false]) {
      await members[i].page.evaluate((r) => window.room.localParticipant.publishData(new TextEncoder().encode(`hello ${r}`), { reliable: r }), reliable);
      await hears(members[1 - i], `${names[i]} hello ${reliable}`);
    }
    await members[i].page.evaluate(() => window.room.localParticipant.sendText('word '.repeat(20_000), { topic: 'essay' }));
    await hears(members[1 - i], `${names[i]} essay 100000`);
  }
  const plain = version === 'v1' && await exchange([await blank(firefox, pages), await blank(chromium, pages)], url, plainTokens);
  report({ before, after, plain });
} finally {
  await firefox.close();
  await chromium.close();
  pages.close();
}
