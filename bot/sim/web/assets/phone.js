// One phone: who holds it, which chat is open, and the chat itself.

import { h, recall, remember, sideways, toast } from "./dom.js";
import { avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { clockTime, weekday } from "./time.js";
import { chatKey, numberOf, person, post, sameChat, shows, visibleTo, world } from "./store.js";

const idOn = (p, platform) => p?.[platform] ?? "";

export class Phone {
  constructor(platform, name, marked) {
    this.platform = platform;
    this.marked = marked; // called with whether something is unread
    this.readTo = new Map(); // chat key → number of the last message read
    this.log = new Log(platform, {
      press: (b, key, picked) => this.press(b, key, picked),
      quote: (b) => this.composer.quote(b),
      redeliver: (b) => this.redeliver(b),
      read: (chat, n) => this.read(chat, n),
    });
    this.composer = new Composer(platform);
    this.build(platform, name);
  }

  build(platform, name) {
    this.whoStrip = sideways(h("div", { class: "who-strip", role: "radiogroup", "aria-label": name + "：我是谁", "data-testid": "who-" + platform }));
    this.time = h("span", { class: "phone-time" });
    this.me = h("span", { class: "phone-me" });
    this.chats = h("div", { class: "chats", role: "group", "aria-label": name + "：会话" });
    this.el = h("section", {
      class: "side " + platform, id: "side-" + platform, "data-side": platform, "data-testid": "phone-" + platform, "aria-label": name,
    },
      this.whoStrip,
      h("div", { class: "phone" },
        h("div", { class: "phone-bar" }, h("h2", { class: "brand" }, name), this.me, this.time),
        this.chats, this.log.el, this.composer.el));
  }

  /** change takes in news. */
  change(news) {
    if (news.whole) this.begin();
    if (news.people || news.groups) this.settle(news.whole);
    if (news.whole) this.openChat(this.chat);
    else if (news.bubbles) {
      this.log.change(news.bubbles);
      this.composer.offer();
    }
    if (news.now) this.time.textContent = `${weekday(world.now)} ${clockTime(world.now)}`;
    if (news.whole || news.bubbles) this.markUnread();
  }

  /** begin holds everything there is as read, the first time. */
  begin() {
    if (this.begun) return;
    this.begun = true;
    for (const b of world.bubbles.values()) this.readTo.set(chatKey(b.chat), numberOf(b));
  }

  people() {
    const here = world.people.filter((p) => idOn(p, this.platform));
    return [...here, ...world.people.filter((p) => !idOn(p, this.platform))];
  }

  /** settle makes sure that who and chat still exist, and draws the choices. */
  settle(fresh) {
    const usable = world.people.filter((p) => idOn(p, this.platform));
    if (!usable.some((p) => p.name === this.who)) {
      const last = recall("who." + this.platform);
      const wanted = this.platform === "dingtalk" ? "居民" : "书记";
      this.who = (usable.find((p) => p.name === last) ?? usable.find((p) => p.about?.includes(wanted)) ?? usable[0])?.name;
    }
    this.whoStrip.replaceChildren(...this.people().map((p) => this.whoKey(p)));
    this.bringUpWho();
    const moved = this.chooseChat();
    this.drawChats();
    if (moved && !fresh) this.openChat(this.chat);
  }

  /** bringUpWho scrolls the strip to whoever holds the phone. */
  bringUpWho() {
    const key = this.whoStrip.querySelector(":checked")?.closest("label");
    if (key) this.whoStrip.scrollLeft = key.offsetLeft - (this.whoStrip.clientWidth - key.clientWidth) / 2;
  }

  whoKey(p) {
    const here = Boolean(idOn(p, this.platform));
    const label = h("label", {
      class: "who", "data-testid": `who-${this.platform}-${p.name}`, "data-name": p.name,
      title: here ? [p.name, p.about, p.nick && `昵称 ${p.nick}`].filter(Boolean).join(" · ") : `${p.name}不用${this.el.getAttribute("aria-label")}`,
    },
      h("input", {
        type: "radio", class: "sr-only", name: "who-" + this.platform, value: p.name, checked: p.name === this.who,
        disabled: !here, onchange: () => this.become(p.name),
      }),
      avatar(shows(p)), h("span", { class: "who-name" }, h("bdi", {}, p.name)),
      h("span", { class: "who-about" }, p.about ?? ""));
    return label;
  }

  become(name) {
    const wasPrivate = this.chat?.private;
    this.who = name;
    remember("who." + this.platform, name);
    if (wasPrivate) this.chat = null;
    this.chooseChat(wasPrivate);
    this.drawChats();
    this.openChat(this.chat);
  }

  choices() {
    const groups = world.groups.filter((g) => g.chat.platform === this.platform && g.members.includes(this.who));
    const me = person(this.who);
    const own = { platform: this.platform, id: idOn(me, this.platform), private: true };
    return [
      ...groups.map((g) => ({ chat: g.chat, title: g.title, members: g.members.length })),
      { chat: own, title: "私聊机器人" },
    ];
  }

  chooseChat(preferPrivate) {
    const all = this.choices();
    if (this.chat && all.some((c) => sameChat(c.chat, this.chat))) return false;
    this.chat = (preferPrivate ? all.at(-1) : all[0]).chat;
    return true;
  }

  drawChats() {
    this.chats.replaceChildren(...this.choices().map((c) => h("button", {
      type: "button", class: "chat-key", "aria-current": String(sameChat(c.chat, this.chat)), title: c.title,
      "data-testid": c.chat.private ? `chat-${this.platform}-private` : `chat-${this.platform}-${c.chat.id}`,
      "data-chat": chatKey(c.chat), onclick: () => this.openChat(c.chat),
    }, h("span", { class: "chat-name" }, c.title), c.members && h("span", { class: "members", title: `${c.members} 人` }, `(${c.members})`),
    h("span", { class: "count", hidden: true }))));
    this.markUnread();
  }

  openChat(chat) {
    if (!chat) return;
    const entering = chat.private && (!this.entered || this.entered !== chatKey(chat));
    this.chat = chat;
    this.entered = chat.private ? chatKey(chat) : null;
    this.me.textContent = "我是 " + shows(person(this.who));
    for (const key of this.chats.children) key.setAttribute("aria-current", String(key.dataset.chat === chatKey(chat)));
    this.log.show(chat, this.who);
    this.composer.open(chat, this.who);
    if (entering) post("enter", { who: this.who, platform: this.platform });
  }

  async press(b, key, picked) {
    // Forgotten first: the answer may change the card, which then says what is picked.
    if (picked) this.log.forgetPicks(b);
    await post("press", { who: this.who, bubble: b.id, key, picked });
  }

  async redeliver(b) {
    if (await post("redeliver", { bubble: b.id })) toast("已再送一次。");
  }

  read(chat, n) {
    this.readTo.set(chatKey(chat), n);
    this.markUnread();
  }

  /** shown is told when the phone comes into view on a narrow screen. */
  shown() {
    this.bringUpWho();
    this.composer.grow();
    this.log.toEnd();
  }

  unread(chat, who) {
    const key = chatKey(chat);
    const from = this.readTo.get(key) ?? 0;
    let n = 0;
    for (const b of world.bubbles.values()) {
      if (numberOf(b) > from && chatKey(b.chat) === key && b.from !== who && visibleTo(b, who)) n++;
    }
    return n;
  }

  markUnread() {
    let any = false;
    for (const key of this.chats.children) {
      const choice = this.choices().find((c) => chatKey(c.chat) === key.dataset.chat);
      const n = choice ? this.unread(choice.chat, this.who) : 0;
      const count = key.querySelector(".count");
      count.hidden = !n;
      count.textContent = n > 99 ? "99+" : String(n);
      any ||= n > 0;
    }
    for (const label of this.whoStrip.children) {
      const p = person(label.dataset.name);
      const id = idOn(p, this.platform);
      const n = id ? this.unread({ platform: this.platform, id, private: true }, p.name) : 0;
      label.classList.toggle("has-news", n > 0);
    }
    this.marked(any);
  }
}
