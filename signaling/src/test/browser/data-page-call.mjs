// The chat that docs/data.md prints, in two tabs, and somebody with LiveKit's SDK in the same room.
// Arguments: server URL, the document, three tokens.
import { launchChromium, joinLiveKit, report, servePages, servePrinted, until } from './browsers.mjs';

const [url, document, ...tokens] = process.argv.slice(2);
const server = await servePrinted(document);
const pages = await servePages();
const browser = await launchChromium();
try {
  const tabs = [];
  for (const token of tokens.slice(0, 2)) {
    const page = await (await browser.createBrowserContext()).newPage();
    page.on('pageerror', (error) => console.error('page:', error.message));
    await page.goto(`${server.url}/?${new URLSearchParams({ server: url, token })}`);
    tabs.push(page);
  }
  const lines = (tab) => tab.evaluate(() => [...document.querySelectorAll('li')].map((item) => item.textContent));
  const shows = (tab, line) => until(line, 10_000, async () => (await lines(tab)).includes(line));
  const say = async (tab, text) => {
    await tab.type('input', text);
    await tab.keyboard.press('Enter');
  };
  await Promise.all(tabs.map((tab) => shows(tab, 'connected')));
  const sdk = await joinLiveKit(browser, pages, url, tokens[2], { publish: false });
  await sdk.page.evaluate(() => {
    window.heard = [];
    window.room.on('dataReceived', (payload, from, kind, topic) => {
      window.heard.push(`${from?.identity} ${topic} ${new TextDecoder().decode(payload)}`);
    });
  });
  await say(tabs[0], 'grüße');
  await shows(tabs[0], 'me: grüße');
  await shows(tabs[1], 'grüße');
  await until('the SDK hears', 10_000, () => sdk.page.evaluate(() => window.heard.includes('one chat grüße')));
  await sdk.page.evaluate(() => window.room.localParticipant.publishData(new TextEncoder().encode('hi'), { reliable: true, topic: 'chat' }));
  await Promise.all(tabs.map((tab) => shows(tab, 'hi')));
  if ((await lines(tabs[0])).includes('grüße')) throw new Error('it came back to who sent it');
  report({ result: 'ok' });
} finally {
  await browser.close();
  pages.close();
  server.close();
}
