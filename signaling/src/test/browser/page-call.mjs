// The page that docs/protocol.md prints, in two tabs.
// Arguments: server URL, the document, two tokens.
import { launchChromium, report, servePrinted, until } from './browsers.mjs';

const [url, document, ...tokens] = process.argv.slice(2);
const server = await servePrinted(document);
const browser = await launchChromium();
try {
  const tabs = [];
  for (const token of tokens) {
    const page = await (await browser.createBrowserContext()).newPage();
    page.on('pageerror', (error) => console.error('page:', error.message));
    const query = new URLSearchParams({ server: url.replace('http', 'ws'), token });
    await page.goto(`${server.url}/?${query}`);
    tabs.push(page);
  }
  const frames = [];
  for (const tab of tabs) {
    frames.push(await until('pictures and sound', 15_000, () => tab.evaluate(() => {
      const video = document.querySelector('video');
      const count = video?.getVideoPlaybackQuality().totalVideoFrames;
      return document.querySelector('audio')?.currentTime > 0 && count > 15 && count;
    })));
  }
  await tabs[1].close({ runBeforeUnload: true });
  await until('the tile is gone', 5000, () => tabs[0].evaluate(() => !document.querySelector('video')));
  report({ frames });
} finally {
  await browser.close();
  server.close();
}
