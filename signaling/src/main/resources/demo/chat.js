// Chat, files and reactions of the demo page: three ordinary data channels to everybody in the room.
// What goes over them is this page's own affair; the server passes it on as it is. See docs/data.md.

const CHUNK = 16_000;
const QUEUE = 1_000_000; // bytes that wait in the browser
const LARGEST = 200_000_000; // kept in memory until it is saved
const TYPING = 2_000;
const $ = (id) => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

export class Chat {
  /** @param react what shows a reaction: (sid, emoji) */
  constructor(call, name, react) {
    this.call = call;
    this.name = name;
    this.react = react;
    this.arriving = new Map(); // number of a file → what came of it
    this.unread = 0;
    this.chat = call.channel('chat');
    this.files = call.channel('files');
    this.emoji = call.channel('emoji', { ordered: false, maxRetransmits: 0 });
    this.chat.onmessage = ({ data }) => this.onChat(JSON.parse(data));
    this.files.onmessage = ({ data }) => (typeof data === 'string' ? this.onFile(JSON.parse(data)) : this.onChunk(data));
    this.emoji.onmessage = ({ data }) => {
      const { sid, emoji } = JSON.parse(data);
      react(sid, emoji);
    };
    $('lines').replaceChildren();
    this.listen();
  }

  listen() {
    $('say').onsubmit = (event) => {
      event.preventDefault();
      this.say($('text').value.trim());
      $('text').value = '';
    };
    $('text').oninput = () => {
      const now = Date.now();
      if (now - (this.toldTyping ?? 0) < TYPING / 2) return;
      this.toldTyping = now;
      this.tell(this.chat, { kind: 'typing', name: this.name });
    };
    $('file').onchange = async () => {
      for (const file of $('file').files) await this.send(file);
      $('file').value = '';
    };
    document.body.ondragover = (event) => event.preventDefault();
    document.body.ondrop = async (event) => {
      event.preventDefault();
      this.show(true);
      for (const file of event.dataTransfer.files) await this.send(file);
    };
    document.querySelectorAll('#reactions button').forEach((button) => {
      button.onclick = () => {
        const emoji = button.textContent;
        this.react(this.call.me.sid, emoji);
        this.tell(this.emoji, { sid: this.call.me.sid, emoji });
      };
    });
    $('chatting').onclick = () => this.show($('panel').hidden);
  }

  tell(channel, message) {
    if (channel.readyState === 'open') channel.send(JSON.stringify(message));
  }

  show(open) {
    $('panel').hidden = !open;
    $('chatting').setAttribute('aria-expanded', String(open));
    if (open) {
      this.unread = 0;
      this.mark();
      $('text').focus();
    }
  }

  mark() {
    $('unread').textContent = this.unread ? ` (${this.unread})` : '';
    document.title = this.unread ? `(${this.unread}) Sluice demo` : 'Sluice demo';
  }

  line(name, ...content) {
    const item = make('li', {}, make('strong', { textContent: name }), ' ', ...content);
    $('lines').append(item);
    item.scrollIntoView({ block: 'nearest' });
    return item;
  }

  say(text) {
    if (!text) return;
    this.tell(this.chat, { kind: 'message', name: this.name, text });
    this.line('You', text);
  }

  onChat(message) {
    if (message.kind === 'typing') {
      $('typing').textContent = `${message.name} is typing …`;
      clearTimeout(this.quiet);
      this.quiet = setTimeout(() => { $('typing').textContent = ''; }, TYPING);
      return;
    }
    $('typing').textContent = '';
    this.line(message.name, message.text);
    this.onNews();
  }

  onNews() {
    if ($('panel').hidden) {
      this.unread++;
      this.mark();
    }
  }

  // --- files: what it is as text, then its bytes behind its number

  async send(file) {
    if (file.size > LARGEST) {
      this.line('You', `${file.name} is larger than ${size(LARGEST)}`);
      return;
    }
    const number = crypto.getRandomValues(new Uint32Array(1))[0];
    const bar = make('progress', { max: file.size || 1, value: 0, ariaLabel: `Sending ${file.name}` });
    const item = this.line('You', `${file.name}, ${size(file.size)} `, bar);
    this.tell(this.files, { number, name: file.name, size: file.size, from: this.name });
    this.files.bufferedAmountLowThreshold = QUEUE / 2;
    for (let at = 0; at < file.size && this.files.readyState === 'open'; at += CHUNK) {
      const bytes = new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer());
      const chunk = new Uint8Array(4 + bytes.length);
      new DataView(chunk.buffer).setUint32(0, number);
      chunk.set(bytes, 4);
      if (this.files.bufferedAmount > QUEUE) {
        await new Promise((resolve) => { this.files.onbufferedamountlow = resolve; });
      }
      this.files.send(chunk);
      bar.value = Math.max(0, at + bytes.length - this.files.bufferedAmount);
    }
    bar.value = bar.max;
    item.append(this.files.readyState === 'open' ? ' sent' : ' interrupted');
  }

  onFile({ number, name, size: bytes, from }) {
    if (!(bytes >= 0 && bytes <= LARGEST)) return;
    const bar = make('progress', { max: bytes || 1, value: 0, ariaLabel: `Receiving ${name}` });
    const item = this.line(from, `${name}, ${size(bytes)} `, bar);
    this.arriving.set(number, { name, bytes, bar, item, parts: [], came: 0 });
    this.finish(number);
    this.onNews();
  }

  onChunk(data) {
    const number = new DataView(data).getUint32(0);
    const file = this.arriving.get(number);
    if (!file) return; // it began before we came
    file.parts.push(data.slice(4));
    file.came += data.byteLength - 4;
    file.bar.value = file.came;
    this.finish(number);
  }

  finish(number) {
    const file = this.arriving.get(number);
    if (file.came < file.bytes) return;
    this.arriving.delete(number);
    const blob = new Blob(file.parts);
    file.bar.value = file.bar.max;
    file.item.append(' ', make('a', { href: URL.createObjectURL(blob), download: file.name, textContent: `Save ${file.name}` }));
  }
}
