// The keyboard of a phone: what one is about to say.

import { h, icon, sideways, toast } from "./dom.js";
import { gist } from "./bubble.js";
import { hintsFor } from "./hints.js";
import { person, post, shows, world } from "./store.js";

const maxFile = 2 << 20;

export class Composer {
  constructor(platform) {
    this.platform = platform;
    this.voice = false;
    this.build(platform);
    addEventListener("resize", () => this.grow());
  }

  build(platform) {
    this.hints = sideways(h("div", { class: "hints", "aria-label": "可以这样说", role: "group" }));
    this.quoteText = h("span");
    this.quoteBar = h("div", { class: "quoting", hidden: true, "data-testid": "quoting-" + platform }, this.quoteText,
      h("button", { type: "button", "aria-label": "不引用", "data-testid": "unquote-" + platform, onclick: () => this.quote(null) }, icon("close")));
    this.people = h("div", { class: "at-list", hidden: true, role: "group", "aria-label": "@ 谁", "data-testid": "at-list-" + platform });
    this.input = h("textarea", {
      rows: 1, enterkeyhint: "send", "aria-label": "消息", placeholder: "说点什么", autocomplete: "off",
      "data-testid": "input-" + platform, onkeydown: (e) => this.key(e), onkeypress: keepOneLine, oninput: (e) => this.typed(e), onblur: () => this.refill(),
    });
    this.input.addEventListener("focus", () => this.caretToEnd());
    this.picker = h("input", { type: "file", class: "sr-only", tabindex: -1, "aria-hidden": "true", "data-testid": "file-input-" + platform, onchange: () => this.sendFile() });
    this.voiceKey = h("button", {
      type: "button", "aria-pressed": "false", "data-testid": "voice-" + platform, onclick: () => this.setVoice(!this.voice),
    }, icon("voice"), "这句当作语音");
    this.more = h("div", { class: "more", hidden: true },
      this.voiceKey,
      h("button", { type: "button", "data-testid": "attach-" + platform, onclick: () => this.picker.click() }, icon("attach"), "发文件或照片"));
    this.moreKey = h("button", {
      type: "button", class: "tool", title: "语音、文件", "aria-label": "语音、文件", "aria-expanded": "false",
      "data-testid": "more-" + platform, onclick: () => this.openMore(this.more.hidden),
    }, icon("more"));
    this.el = h("form", { class: "composer", onsubmit: (e) => { e.preventDefault(); this.send(); } },
      this.hints, this.quoteBar, this.people, this.more,
      h("div", { class: "keys" },
        this.moreKey,
        this.input,
        h("button", { type: "button", class: "tool at", title: "@ 某人", "aria-label": "@ 某人", "data-testid": "at-" + platform, onclick: () => this.togglePeople() }, "@"),
        this.picker,
        h("button", { type: "submit", class: "send", "data-testid": "send-" + platform }, "发送")));
  }

  /** open turns to a chat as who. */
  open(chat, who) {
    this.chat = chat;
    this.who = who;
    this.clear();
    this.offer();
  }

  /** opening is what stands in an empty input: in a group the bot hears only who
   *  mentions it. */
  opening() { return this.chat.private ? "" : `@${world.bot} `; }

  refill() {
    if (this.input.value === "") {
      this.input.value = this.opening();
      this.grow();
    }
  }

  key(e) {
    if (e.key === "Escape") {
      this.people.hidden = true;
      this.quote(null);
    }
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    e.preventDefault();
    this.send();
  }

  typed(e) {
    this.grow();
    if (e.data === "@" || e.data === "＠") this.showPeople(true);
    else this.people.hidden = true;
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  caretToEnd() {
    const end = this.input.value.length;
    if (this.input.value === this.opening()) this.input.setSelectionRange(end, end);
  }

  async send() {
    const text = this.input.value.trim();
    if (!text || text === this.opening().trim()) {
      toast("还没有写内容。");
      this.input.focus();
      return;
    }
    const body = { who: this.who, chat: this.chat, text, quote: this.quotedId ?? "", voice: this.voice };
    // Emptied before the answer comes, so that the next sentence can be typed.
    this.clear();
    this.input.focus();
    if (!await post("say", body) && this.input.value === this.opening()) {
      this.input.value = text;
      this.grow();
    }
  }

  clear() {
    this.quote(null);
    this.setVoice(false);
    this.openMore(false);
    this.people.hidden = true;
    this.input.value = this.opening();
    this.grow();
  }

  async sendFile() {
    const file = this.picker.files[0];
    this.openMore(false);
    this.picker.value = "";
    if (!file) return;
    if (file.size > maxFile) {
      toast("文件太大，最多 2 MB。");
      return;
    }
    await post("say", { who: this.who, chat: this.chat, text: "", files: [{ name: file.name, data: await base64(file) }] });
  }

  openMore(open) {
    this.more.hidden = !open;
    this.moreKey.setAttribute("aria-expanded", String(open));
  }

  setVoice(on) {
    this.voice = on;
    this.voiceKey.setAttribute("aria-pressed", String(on));
    this.input.placeholder = on ? "这句话当作语音发送" : "说点什么";
  }

  quote(b) {
    this.quotedId = b?.id;
    this.quoteBar.hidden = !b;
    if (!b) return;
    this.quoteText.textContent = gist(b);
    this.input.focus();
  }

  /** offer shows a few sentences worth trying; fill puts one into the input. */
  offer() {
    const said = hintsFor(person(this.who), this.chat);
    const now = said.join("\n");
    if (now === this.offered && this.hints.childElementCount) return;
    this.offered = now;
    this.hints.replaceChildren(...said.map((text) => h("button", {
      type: "button", class: "hint", "data-testid": "hint-" + this.platform, onclick: () => this.fill(text),
    }, text)));
    this.hints.scrollLeft = 0;
  }

  fill(text) {
    this.input.value = this.opening() + text;
    this.grow();
    this.input.focus();
    const end = this.input.value.length;
    this.input.setSelectionRange(end, end);
  }

  togglePeople() {
    if (!this.people.hidden) {
      this.people.hidden = true;
      return;
    }
    if (this.chat.private) {
      this.insert("@" + world.bot + " ");
      return;
    }
    this.showPeople(false);
  }

  showPeople(afterSign) {
    if (this.chat.private) return;
    const group = world.groups.find((g) => g.chat.id === this.chat.id && g.chat.platform === this.platform);
    const names = (group?.members ?? []).filter((n) => n !== this.who).map((n) => shows(person(n) ?? { name: n }));
    this.people.replaceChildren(...[world.bot, ...names].map((n) => h("button", {
      type: "button", "data-testid": "mention", "data-name": n,
      onclick: () => this.insert((afterSign ? "" : "@") + n + " "),
    }, n)));
    this.people.hidden = false;
    if (!afterSign) this.people.firstElementChild?.focus();
  }

  insert(text) {
    this.people.hidden = true;
    const { selectionStart: from, selectionEnd: to, value } = this.input;
    const gap = text.startsWith("@") && from > 0 && !/\s/.test(value[from - 1]) ? " " : "";
    this.input.setRangeText(gap + text, from, to, "end");
    this.grow();
    this.input.focus();
  }
}

/** keepOneLine drops the line break of an Enter that has sent already. */
function keepOneLine(e) {
  if (e.key === "Enter" && !e.shiftKey) e.preventDefault();
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}
