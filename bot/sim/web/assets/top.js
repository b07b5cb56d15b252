// The head of the page: the world's clock, and the size of the type.

import { h, recall, remember } from "./dom.js";
import { clockSeconds, dayText, weekday } from "./time.js";
import { post, world } from "./store.js";

const jumps = [
  ["10m", "+10 分钟", { add: "10m" }],
  ["1h", "+1 小时", { add: "1h" }],
  ["tomorrow", "跳到明天 9:00", { tomorrow: "09:00" }],
  ["1d", "+1 天", { add: "24h" }],
  ["7d", "+7 天", { add: "168h" }],
];

export class Top {
  constructor(el) {
    this.name = h("h1", {});
    this.day = h("span", { class: "clock-day" });
    this.time = h("time", { class: "clock-time", "data-testid": "clock-now" });
    this.lost = h("span", { class: "lost", role: "status", hidden: true }, "与本机服务断开，正在重连…");
    this.field = h("input", { type: "datetime-local", "aria-label": "世界时间", "data-testid": "clock-at" });
    this.moves = h("div", { class: "moves", id: "moves" },
      jumps.map(([name, label, body]) => h("button", { type: "button", "data-testid": "clock-" + name, onclick: () => this.move(body) }, label)),
      h("form", { class: "clock-form", onsubmit: (e) => { e.preventDefault(); if (this.field.value) this.move({ to: this.field.value }); } },
        this.field, h("button", { type: "submit", "data-testid": "clock-set" }, "定到")));
    this.opener = h("button", {
      type: "button", class: "opener", "aria-expanded": "false", "aria-controls": "moves", "data-testid": "clock-open", onclick: () => this.toggle(),
    }, "调时间");
    this.large = h("button", { type: "button", class: "large", "aria-pressed": "false", "data-testid": "large-type", onclick: () => this.setLarge(!this.isLarge) }, "大字");
    el.append(this.name, h("div", { class: "clock" }, this.day, this.time), this.opener, this.moves, this.lost, this.large);
    this.el = el;
    this.setLarge(recall("large") === true);
  }

  move(body) {
    this.field.value = "";
    this.followed = true;
    return post("clock", body);
  }

  toggle() {
    const open = this.el.classList.toggle("open");
    this.opener.setAttribute("aria-expanded", String(open));
  }

  setLarge(on) {
    this.isLarge = on;
    document.documentElement.classList.toggle("large-type", on);
    this.large.setAttribute("aria-pressed", String(on));
    remember("large", on);
    dispatchEvent(new Event("resize")); // what fitted itself to the type does so again
  }

  connected(ok) { this.lost.hidden = ok; }

  change(news) {
    if (news.title) {
      this.name.textContent = news.title;
      document.title = news.title + " · 试用";
    }
    if (!news.now) return;
    this.day.textContent = `${dayText(world.now)} ${weekday(world.now)}`;
    this.time.textContent = clockSeconds(world.now);
    this.time.setAttribute("datetime", world.now);
    if (!this.field.value) this.field.value = world.now.slice(0, 16);
  }
}
