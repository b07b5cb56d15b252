// The list of messages of the chat one looks at: it keeps the reader's place.

import { h, icon } from "./dom.js";
import { bubble, gist } from "./bubble.js";
import { cardSeenBy, chatKey, numberOf, sameChat, visibleTo, world } from "./store.js";

const nearEnd = 80; // pixels from the end that still count as reading along

export class Log {
  /** on has press, quote and redeliver; read(chat, n) hears how far one has read. */
  constructor(platform, on) {
    this.on = { ...on, picks: (b) => this.picksOf(b) };
    this.picks = new Map();
    this.rows = new Map(); // bubble id → element
    this.list = h("ol", { class: "log", tabindex: 0, "aria-label": "消息", "data-testid": "log-" + platform });
    this.live = h("p", { class: "sr-only", "aria-live": "polite", "data-testid": "live-" + platform });
    this.newer = h("button", {
      type: "button", class: "newer", hidden: true, "data-testid": "newer-" + platform, onclick: () => this.toEnd(),
    });
    this.list.addEventListener("keydown", (e) => this.step(e));
    this.el = h("div", { class: "log-wrap" }, this.list, this.newer, this.live);
    this.list.addEventListener("scroll", () => { if (this.atEnd()) this.arrived(); }, { passive: true });
    // The keyboard, a hint line or a larger type takes room: stay at the end.
    new ResizeObserver(() => { if (this.following) this.toEnd(); }).observe(this.list);
    this.list.addEventListener("scroll", () => { this.following = this.atEnd(); }, { passive: true });
    this.following = true;
    this.unseen = 0;
  }

  /** show opens a chat as who. */
  show(chat, who) {
    this.chat = chat;
    this.who = who;
    this.rows.clear();
    this.list.replaceChildren();
    let before;
    for (const b of this.inChat()) before = this.put(b, before);
    if (!this.rows.size) this.list.append(h("li", { class: "nothing" }, ...nothingYet(chat)));
    this.unseen = 0;
    this.toEnd();
  }

  inChat() {
    return [...world.bubbles.values()].filter((b) => sameChat(b.chat, this.chat) && visibleTo(b, this.who));
  }

  put(b, before) {
    const li = bubble(b, this.who, before, this.on);
    this.rows.get(b.id) ? this.replace(b.id, li) : this.list.append(li);
    this.rows.set(b.id, li);
    return b;
  }

  /** replace keeps the keyboard where it was, on the same key of the new card. */
  replace(id, li) {
    const old = this.rows.get(id);
    const had = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(li);
    if (!had) return;
    const same = had.dataset.key && [...li.querySelectorAll("[data-key]")].find((el) =>
      el.dataset.key === had.dataset.key && el.dataset.option === had.dataset.option);
    (same || li).focus({ preventScroll: true });
  }

  /** change takes in new and changed messages. */
  change(bubbles) {
    const here = bubbles.filter((b) => sameChat(b.chat, this.chat) && visibleTo(b, this.who));
    if (!here.length) return;
    const along = this.following;
    this.list.querySelector(".nothing")?.remove();
    const all = this.inChat();
    for (const b of here) {
      const fresh = !this.rows.has(b.id);
      this.put(b, all[all.findIndex((x) => x.id === b.id) - 1]);
      if (!fresh) continue;
      this.announce(b);
      if (!along && b.from !== this.who) this.unseen++;
    }
    if (along || here.some((b) => b.from === this.who && b === all.at(-1))) this.toEnd();
    else this.tellUnseen();
  }

  announce(b) {
    const shown = cardSeenBy(b, this.who);
    this.live.textContent = gist(b) + (shown?.buttons?.length ? "，有按钮" : "");
  }

  atEnd() { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < nearEnd; }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.following = true;
    this.arrived();
  }

  arrived() {
    this.unseen = 0;
    this.tellUnseen();
    const last = this.inChat().at(-1);
    if (last && this.el.offsetParent) this.on.read(this.chat, numberOf(last));
  }

  tellUnseen() {
    this.newer.hidden = !this.unseen;
    if (this.unseen) this.newer.replaceChildren(icon("down"), `${this.unseen} 条新消息`);
  }

  /** step walks from message to message by keyboard; each shows its tools. */
  step(e) {
    if (e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
    if (e.target.matches("input, select")) return; // ticks and drop-downs have arrows of their own
    const rows = [...this.list.querySelectorAll(".msg")];
    const at = rows.indexOf(e.target.closest(".msg"));
    const next = e.key === "ArrowUp" ? (at < 0 ? rows.length : at) - 1 : at + 1;
    if (at < 0 && e.key === "ArrowDown") return;
    rows[next]?.focus();
    e.preventDefault();
  }

  picksOf(b) {
    const key = `${chatKey(b.chat)} ${b.id} ${this.who}`;
    if (!this.picks.has(key)) this.picks.set(key, {});
    return this.picks.get(key);
  }

  forgetPicks(b) { this.picks.delete(`${chatKey(b.chat)} ${b.id} ${this.who}`); }
}

/** nothingYet tells whoever opens the page what to do first. */
function nothingYet(chat) {
  if (chat.private) return ["在这里可以直接和机器人说话，不用 @。"];
  return [
    h("p", {}, "还没有消息。走一遍只要一分钟："),
    h("ol", { class: "first-steps" },
      h("li", {}, "上面选一个人，先用居民。"),
      h("li", {}, "点下面的一句话，再点“发送”。"),
      h("li", {}, "换成书记，再换成党员，按卡片上的按钮，把这件事办完。"),
      h("li", {}, "“私聊机器人”里可以不用 @；有提醒会到那里。")),
  ];
}
