// The switches that make a platform behave badly.

import { h, toast } from "./dom.js";
import { post, world } from "./store.js";

const switches = [
  ["offline", "离线", (f) => f.offline],
  ["twice", "重复送达", (f) => f.twice],
  ["late", "晚到 30 秒", (f) => f.late > 0],
  ["refuse_cards", "拒收卡片", (f) => f.refuse_cards],
  ["quota_gone", "本月额度用完", (f) => f.quota_gone],
  ["webhooks_expired", "会话回复链接过期", (f) => f.webhooks_expired],
];
// What a switch is called where a platform has something else instead.
const elsewhere = { wecom: { quota_gone: "发送额度用完", webhooks_expired: "回复期限已过" } };
const statuses = [429, 403, 500, 504];

export class Faults {
  constructor() {
    this.count = h("span", { class: "faults-count" });
    this.rows = h("div", { class: "faults-rows" });
    this.el = h("details", { class: "faults", "data-testid": "faults" },
      h("summary", { "data-testid": "faults-open" }, "让平台出点状况", this.count), this.rows);
  }

  change(news) {
    if (!news.platforms) return;
    if (this.rows.childElementCount !== world.platforms.length) {
      this.rows.replaceChildren(...world.platforms.map((p) => this.platform(p)));
    }
    for (const p of world.platforms) this.mark(p);
    const on = world.platforms.map((p) => `${p.name}${active(p.faults)}`).filter((t) => !t.endsWith("0"));
    this.count.textContent = on.length ? on.map((t) => t.replace(/(\d+)$/, " $1 项")).join("，") : "都正常";
    this.count.classList.toggle("on", on.length > 0);
  }

  platform(p) {
    const toggle = (name, label, body) => h("button", {
      type: "button", class: "switch", "aria-pressed": "false", "data-testid": `fault-${p.platform}-${name}`,
      onclick: (e) => this.flip(p.platform, { ...body, on: e.currentTarget.getAttribute("aria-pressed") !== "true" }),
    }, label);
    return h("fieldset", { class: "faults-platform", "data-platform": p.platform },
      h("legend", {}, p.name),
      once(`drop-${p.platform}`, "断线一次", `已切断一次${p.name}的连接。`, () => post("drop", { platform: p.platform })),
      switches.map(([name, label]) => toggle(name, elsewhere[p.platform]?.[name] ?? label, { switch: name })),
      once(`fault-${p.platform}-expire_tokens`, "令牌过期", `${p.name}之前发的令牌都作废了。`,
        () => post("faults", { platform: p.platform, switch: "expire_tokens", on: true })),
      h("span", { class: "next-label" }, "下一次回"),
      statuses.map((s) => toggle("status-" + s, String(s), { switch: "status", status: s })));
  }

  async flip(platform, body) {
    const faults = await post("faults", { platform, ...body });
    if (!faults) return;
    world.platforms = world.platforms.map((p) => (p.platform === platform ? { ...p, faults } : p));
    this.change({ platforms: world.platforms });
  }

  mark(p) {
    const set = (name, on) => this.rows.querySelector(`[data-testid="fault-${p.platform}-${name}"]`)?.setAttribute("aria-pressed", String(Boolean(on)));
    for (const [name, , on] of switches) set(name, on(p.faults));
    for (const s of statuses) set("status-" + s, p.faults.next > 0 && p.faults.status === s);
  }
}

/** once makes a key for what happens one time and is over. */
function once(testid, label, said, act) {
  return h("button", {
    type: "button", class: "switch once", "data-testid": testid, onclick: async () => { if (await act()) toast(said); },
  }, label);
}

function active(f) {
  return switches.filter(([, , on]) => on(f)).length + (f.next > 0 ? 1 : 0);
}
