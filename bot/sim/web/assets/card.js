// Cards as each platform's client draws them.

import { h, toast } from "./dom.js";
import { markdown, inertLink } from "./markdown.js";

/** card draws a Shown for a bubble. act(key, picked) presses; picks keeps what is
 *  ticked and not yet submitted, by question key. */
export function card(shown, { platform, bot, act, picks }) {
  const el = h("article", {
    class: "card " + platform, "data-testid": "card", "data-form": shown.form, "aria-label": "卡片 " + (shown.title ?? ""),
  });
  el.append(...(platform === "dingtalk" ? dingtalk(shown) : wecom(shown, bot)));
  el.append(...questions(shown, picks));
  el.append(...links(shown));
  const keys = buttons(shown, act, picks, platform);
  if (keys) el.append(keys);
  return el;
}

function dingtalk(s) {
  return [
    s.title && h("header", { class: "card-head" }, h("span", { class: "dot", "aria-hidden": "true" }), h("bdi", {}, s.title)),
    (s.markdown || s.text) && h("div", { class: "card-body" }, s.markdown ? markdown(s.markdown) : h("p", {}, s.text)),
    pairs(s),
    s.tips && h("p", { class: "card-tips" }, s.tips),
  ].filter(Boolean);
}

function wecom(s, bot) {
  return [
    h("header", { class: "card-source" }, h("span", { class: "dot", "aria-hidden": "true" }), bot),
    s.title && h("p", { class: "card-title" }, h("bdi", {}, s.title)),
    s.desc && h("p", { class: "card-desc" }, s.desc),
    s.text && h("p", { class: "card-sub" }, s.text),
    s.markdown && h("div", { class: "card-body" }, markdown(s.markdown)),
    pairs(s),
    s.tips && h("p", { class: "card-tips" }, s.tips),
  ].filter(Boolean);
}

function pairs(s) {
  if (!s.pairs?.length) return null;
  return h("dl", { class: "card-pairs" },
    s.pairs.map((p) => h("div", {}, h("dt", {}, p.key), h("dd", {}, h("bdi", {}, p.value)))));
}

function links(s) {
  const out = (s.links ?? []).map((l) => h("p", { class: "card-link" }, inertLink(l.text, l.url ?? "")));
  if (s.link && !out.length) out.push(h("p", { class: "card-link" }, inertLink("查看详情", s.link)));
  return out;
}

// What a platform calls its button styles, and how they look. WeCom numbers its own
// and shows them in a picture only; 3 and 4 are taken for the quiet ones.
const looks = {
  blue: "primary", primary: "primary", 1: "primary",
  red: "danger", danger: "danger", 2: "danger",
};

function look(style, platform) {
  if (!style) return platform === "wecom" ? "primary" : "";
  return looks[style] ?? "";
}

function buttons(s, act, picks, platform) {
  const keys = (s.buttons ?? []).map((b) => button(b, look(b.style, platform), () => press(b, act)));
  if (s.submit) keys.push(button(s.submit, "primary", () => submit(s, act, picks), "submit"));
  if (!keys.length) return null;
  return h("div", { class: "card-keys", "data-count": keys.length }, keys);
}

function button(b, kind, onclick, testid = "press") {
  const el = h("button", { type: "button", class: "key " + kind, "data-testid": testid, "data-key": b.key }, b.text);
  el.addEventListener("click", async () => {
    if (el.getAttribute("aria-busy") === "true") return;
    el.setAttribute("aria-busy", "true");
    try {
      await onclick();
    } finally {
      setTimeout(() => el.removeAttribute("aria-busy"), 300);
    }
  });
  return el;
}

function press(b, act) {
  if (b.key) return act(b.key, undefined);
  if (b.url) toast("这里不打开链接：" + b.url);
  return undefined; // a key of nothing stays on the phone
}

function questions(s, picks) {
  return (s.selects ?? []).map((q) => {
    const chosen = picks[q.key] ??= q.options.filter((o) => o.picked).map((o) => o.id);
    const many = s.form === "multiple_interaction";
    return many && !q.multiple ? dropdown(q, chosen, picks) : ticks(q, chosen, picks);
  });
}

let groups = 0;

function ticks(q, chosen, picks) {
  const group = "q" + ++groups;
  return h("fieldset", { class: "ticks", disabled: q.disabled },
    q.title && h("legend", {}, q.title),
    q.options.map((o) => h("label", { class: "tick" },
      h("input", {
        type: q.multiple ? "checkbox" : "radio", name: group, value: o.id, checked: chosen.includes(o.id),
        "data-testid": "pick", "data-key": q.key, "data-option": o.id,
        onchange: (e) => { picks[q.key] = q.multiple ? toggled(picks[q.key], o.id, e.target.checked) : [o.id]; },
      }),
      h("span", {}, o.text))));
}

const toggled = (ids, id, on) => (on ? [...ids.filter((x) => x !== id), id] : ids.filter((x) => x !== id));

function dropdown(q, chosen, picks) {
  if (!chosen.length && q.options.length) picks[q.key] = chosen = [q.options[0].id];
  return h("label", { class: "drop" }, h("span", {}, q.title ?? ""),
    h("select", {
      disabled: q.disabled, "data-testid": "select", "data-key": q.key,
      onchange: (e) => { picks[q.key] = [e.target.value]; },
    }, q.options.map((o) => {
      const option = h("option", { value: o.id }, o.text);
      option.selected = chosen.includes(o.id);
      return option;
    })));
}

function submit(s, act, picks) {
  const picked = {};
  for (const q of s.selects ?? []) picked[q.key] = picks[q.key] ?? [];
  if (Object.values(picked).every((ids) => !ids.length)) {
    toast("请先选一项。");
    return undefined;
  }
  return act(s.submit.key, picked);
}
