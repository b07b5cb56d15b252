// The wire: what went between the bot and the platforms, and what it cost.

import { h } from "./dom.js";
import { clockSeconds } from "./time.js";
import { world } from "./store.js";

const most = 400; // rows kept on the page
const short = { dingtalk: "钉", wecom: "微" };
const costs = {
  "dingtalk.api": "接口 +1", "dingtalk.pushes": "推送 +1", "wecom.messages": "消息 +1",
  "wecom.updates": "更新", "wecom.uploads": "上传 +1",
};

export class Wire {
  constructor() {
    this.filter = { text: "", platform: "", kind: "" };
    this.meters = h("div", { class: "meters" });
    this.list = h("ol", { class: "wire-list", "aria-label": "线路记录", tabindex: 0, "data-testid": "wire" });
    this.empty = h("p", { class: "wire-empty" }, "机器人与平台之间的每一次往来都会列在这里，点开可看内容。");
    this.el = h("section", { class: "wire-box", "aria-label": "线路" }, this.meters, this.filters(), this.empty, this.list);
  }

  filters() {
    return h("div", { class: "wire-filter" },
      h("input", {
        type: "search", placeholder: "筛选：接口名或结果", "aria-label": "筛选线路记录", "data-testid": "wire-filter",
        oninput: (e) => { this.filter.text = e.target.value.trim().toLowerCase(); this.redraw(); },
      }),
      choice("平台", "wire-platform", [["", "全部"], ["dingtalk", "钉钉"], ["wecom", "企微"]], (v) => { this.filter.platform = v; this.redraw(); }),
      choice("种类", "wire-kind", [["", "全部"], ["in", "收到"], ["out", "发出"], ["paid", "计额度"], ["bad", "出错"]], (v) => { this.filter.kind = v; this.redraw(); }));
  }

  change(news) {
    if (news.meters) this.drawMeters();
    if (news.whole) this.redraw();
    else if (news.calls) this.add(news.calls);
  }

  drawMeters() {
    this.meters.replaceChildren(...world.meters.map((m) => {
      const share = Math.min(1, m.used / m.limit);
      const fill = h("span", { class: "meter-fill" });
      fill.style.inlineSize = m.used ? `max(3px, ${share * 100}%)` : "0";
      return h("div", {
        class: "meter " + m.platform + (share >= 0.8 ? " high" : ""), role: "meter", "data-testid": "meter-" + m.name,
        "aria-label": m.label, "aria-valuemin": 0, "aria-valuemax": m.limit, "aria-valuenow": Math.min(m.used, m.limit), "data-used": m.used,
        title: m.platform === "wecom" ? "最忙的一个会话" : "整个组织",
      },
        h("span", { class: "meter-label" }, h("b", { class: "mark " + m.platform }, short[m.platform] ?? "?"), m.label),
        h("span", { class: "meter-count" }, h("b", {}, m.used.toLocaleString("en")), " / " + m.limit.toLocaleString("en")),
        h("span", { class: "meter-track" }, fill));
    }));
  }

  passes(c) {
    const f = this.filter;
    if (f.platform && c.platform !== f.platform) return false;
    if (f.kind === "in" && !c.inbound) return false;
    if (f.kind === "out" && c.inbound) return false;
    if (f.kind === "paid" && !c.counts) return false;
    if (f.kind === "bad" && c.result === "ok") return false;
    return !f.text || `${c.name} ${c.result}`.toLowerCase().includes(f.text);
  }

  redraw() {
    const calls = world.calls.filter((c) => this.passes(c)).slice(-most);
    this.list.replaceChildren(...calls.reverse().map(row));
    this.empty.hidden = world.calls.length > 0;
  }

  /** add puts new calls on top, without moving what one is reading further down. */
  add(calls) {
    const rows = calls.filter((c) => this.passes(c)).map(row).reverse();
    const reading = this.list.scrollTop > 8;
    const before = this.list.scrollHeight;
    this.list.prepend(...rows);
    while (this.list.childElementCount > most) this.list.lastElementChild.remove();
    if (reading) this.list.scrollTop += this.list.scrollHeight - before;
    this.empty.hidden = world.calls.length > 0;
  }
}

function choice(label, testid, options, choose) {
  return h("select", { "aria-label": label, "data-testid": testid, onchange: (e) => choose(e.target.value) },
    options.map(([value, text]) => h("option", { value }, text)));
}

function row(c) {
  const body = h("div", { class: "wire-body", "data-testid": "wire-body" });
  const details = h("details", { class: "wire-call" },
    h("summary", {},
      h("span", { class: "mark " + c.platform }, short[c.platform] ?? "?"),
      h("span", { class: "arrow " + (c.inbound ? "in" : "out"), title: c.inbound ? "平台送来" : "机器人发出" },
        c.inbound ? "←" : "→", h("span", { class: "sr-only" }, c.inbound ? "收到" : "发出")),
      h("span", { class: "wire-name" }, c.name),
      h("span", { class: "wire-result " + (c.result === "ok" ? "ok" : "bad") }, c.result),
      h("span", { class: "wire-meta" }, clockSeconds(c.at), costs[c.counts] && h("span", { class: "cost" }, costs[c.counts]))),
    body);
  details.addEventListener("toggle", () => { if (details.open && !body.childElementCount) load(c.seq, body); });
  return h("li", { "data-testid": "wire-row", "data-seq": c.seq, "data-name": c.name, "data-result": c.result, "data-platform": c.platform }, details);
}

async function load(seq, body) {
  body.replaceChildren(h("p", {}, "正在取…"));
  try {
    const call = await (await fetch(`api/calls/${seq}`)).json();
    const parts = [["请求", call.request], ["回应", call.response]].filter(([, text]) => text);
    body.replaceChildren(...parts.flatMap(([name, text]) => [h("p", {}, name), h("pre", { tabindex: 0 }, pretty(text))]));
    if (!parts.length) body.replaceChildren(h("p", {}, "没有内容。"));
  } catch {
    body.replaceChildren(h("p", {}, "没有取到，收起再点开试试。"));
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
