// LiveKit's server SDK against our RoomService, and its check of our webhooks.
// Arguments: server URL, API key, secret, port to be told events on.
import http from 'node:http';
import { AccessToken, RoomServiceClient, TrackSource, WebhookReceiver } from 'livekit-server-sdk';
import { joinLiveKit, launchChromium, report, servePages, until } from './browsers.mjs';

const [url, key, secret, port] = process.argv.slice(2);
const receiver = new WebhookReceiver(key, secret);
const events = [];
const hooks = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', async () => {
    try {
      events.push((await receiver.receive(body, request.headers.authorization)).event);
    } catch (error) {
      events.push(`refused: ${error.message}`);
    }
    response.end();
  });
});
await new Promise((done) => hooks.listen(Number(port), '127.0.0.1', done));
const rooms = new RoomServiceClient(url, key, secret);
const token = async (identity) => {
  const access = new AccessToken(key, secret, { identity, attributes: { color: 'red' } });
  access.addGrant({ roomJoin: true, room: 'sdk', canUpdateOwnMetadata: true });
  return access.toJwt();
};
const pages = await servePages();
const browser = await launchChromium();
try {
  const made = await rooms.createRoom({ name: 'sdk', metadata: 'first', maxParticipants: 5 });
  const one = await joinLiveKit(browser, pages, url, await token('one'));
  const two = await joinLiveKit(browser, pages, url, await token('two'), { publish: false });
  await until('both are there and one publishes', 10_000, async () =>
    (await rooms.listParticipants('sdk')).filter((each) => each.state === 2).length === 2
    && (await rooms.getParticipant('sdk', 'one')).tracks.length === 2);
  const seen = await rooms.getParticipant('sdk', 'one');
  const camera = seen.tracks.find((each) => each.source === TrackSource.CAMERA);
  const page = (of, what, ...values) => of.page.evaluate(what, ...values);

  // LiveKit's client tells what the API did
  await rooms.updateRoomMetadata('sdk', 'second');
  await until('metadata of the room', 5000, () => page(two, () => window.room.metadata === 'second'));
  await rooms.updateParticipant('sdk', 'one', { metadata: 'mine', name: 'Uno', attributes: { color: 'blue' } });
  await until('a participant described', 5000, () => page(two, () => {
    const other = window.room.remoteParticipants.get('one');
    return other.metadata === 'mine' && other.name === 'Uno' && other.attributes.color === 'blue';
  }));
  await page(one, () => window.room.localParticipant.setAttributes({ color: 'green' }));
  await until('one that describes itself', 5000, () => page(two, () =>
    window.room.remoteParticipants.get('one').attributes.color === 'green'));
  await rooms.mutePublishedTrack('sdk', 'one', camera.sid, true);
  await until('a mute', 5000, () => page(two, () => {
    const other = window.room.remoteParticipants.get('one');
    return [...other.trackPublications.values()].some((each) => each.kind === 'video' && each.isMuted);
  }));
  const mutedHere = await page(one, () => !window.room.localParticipant.isCameraEnabled);
  await rooms.updateSubscriptions('sdk', 'two', [camera.sid], false);
  await until('a subscription that ends', 5000, () => page(two, () =>
    ![...window.room.remoteParticipants.get('one').trackPublications.values()]
      .some((each) => each.kind === 'video' && each.isSubscribed)));
  await rooms.updateParticipant('sdk', 'two', { permission: { canSubscribe: false, canPublish: true, canPublishData: true } });
  await until('a permission taken', 5000, () => page(two, () =>
    [...window.room.remoteParticipants.get('one').trackPublications.values()].every((each) => !each.isSubscribed)
    && window.room.localParticipant.permissions.canSubscribe === false));
  await rooms.removeParticipant('sdk', 'two');
  await until('somebody sent away', 5000, () => page(two, () => window.room.state === 'disconnected'));
  await rooms.deleteRoom('sdk');
  await until('the room deleted', 5000, () => page(one, () => window.room.state === 'disconnected'));
  const left = await rooms.listRooms(['sdk']);
  await until('events', 10_000, async () => events.includes('room_finished'));
  let refused;
  try {
    await new RoomServiceClient(url, key, 'another-secret-of-thirty-two-chars').listRooms();
  } catch (error) {
    refused = error.status;
  }
  report({ sid: made.sid, joined: seen.attributes.color, mutedHere, left: left.length, events, refused });
} finally {
  await browser.close();
  pages.close();
  hooks.close();
}
