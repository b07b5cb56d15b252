// One message in a chat.

import { h, icon } from "./dom.js";
import { avatar, botAvatar } from "./avatar.js";
import { markdown, say } from "./markdown.js";
import { card } from "./card.js";
import { clockSeconds, gapMinutes, stamp } from "./time.js";
import { cardSeenBy, person, shows, world } from "./store.js";

/** bubble makes the list item of a message as who sees it. before is the message
 *  above it, if any; on has act, picks, quote and redeliver. */
export function bubble(b, who, before, on) {
  const mine = b.from === who;
  const li = h("li", {
    class: "msg" + (mine ? " mine" : "") + (b.from ? "" : " from-bot"), tabindex: -1,
    "data-testid": "bubble", "data-id": b.id, "data-from": b.from ?? "", "data-route": b.route ?? "",
  });
  if (!before || gapMinutes(before.at, b.at) >= 5) li.append(h("p", { class: "when" }, stamp(b.at, world.now)));
  if (b.recalled) {
    li.append(h("p", { class: "when" }, "已撤回一条消息"));
    return li;
  }
  li.append(h("div", { class: "row" },
    b.from ? avatar(displayName(b.from)) : botAvatar(),
    h("div", { class: "stack" }, heading(b, mine), content(b, who, on), tools(b, on))));
  holdOpens(li);
  return li;
}

function displayName(name) {
  const p = person(name);
  return p ? shows(p) : name;
}

function heading(b, mine) {
  const time = `${clockSeconds(b.at)}${b.route ? " · 经 " + b.route : ""}${b.changes ? ` · 已更新 ${b.changes} 次` : ""}`;
  if (mine) return h("p", { class: "name sr-only" }, "我");
  return h("p", { class: "name", title: time },
    h("bdi", {}, b.from ? displayName(b.from) : world.bot),
    !b.from && h("span", { class: "tag" }, "机器人"),
    b.only?.length > 0 && h("span", { class: "tag quiet" }, "仅部分人可见"));
}

function content(b, who, on) {
  const shown = cardSeenBy(b, who);
  if (shown) {
    return card(shown, {
      platform: b.chat.platform, bot: world.bot, picks: on.picks(b),
      act: (key, picked) => on.press(b, key, picked),
    });
  }
  if (b.file) return fileBubble(b);
  const at = mentionsIn(b);
  const body = b.markdown ? markdown(b.markdown, at) : say(h("p", { class: "plain" }), b.text ?? "", at);
  return h("div", { class: "bubble" }, quoted(b), body);
}

/** mentionsIn says what is drawn as a mention: from people the name of anyone, from
 *  the bot only whom it really @-ed, by name or, in markdown, by user id. */
function mentionsIn(b) {
  const at = new Map();
  const draw = (text, name) => text && at.set("@" + text, "@" + name);
  if (b.from) {
    for (const name of [world.bot, ...world.people.map(shows)]) {
      draw(name, name);
      at.set("＠" + name, "＠" + name);
    }
    return at;
  }
  for (const name of b.mentions ?? []) {
    const p = person(name);
    draw(name, p ? shows(p) : name);
    if (!p) continue;
    draw(shows(p), shows(p));
    draw(p[b.chat.platform], shows(p));
  }
  return at;
}

function quoted(b) {
  const original = b.quote && world.bubbles.get(b.quote);
  if (!original) return null;
  return h("p", { class: "quote-of" }, gist(original));
}

/** gist is a message in one line. */
export function gist(b) {
  const name = b.from ? displayName(b.from) : world.bot;
  const text = b.card ? `[卡片] ${b.card.title ?? ""}` : b.file ? `[文件] ${b.file.name}` : b.text ?? "";
  const line = `${name}：${text.replace(/\s+/g, " ")}`;
  return line.length > 60 ? line.slice(0, 59) + "…" : line;
}

function fileBubble(b) {
  return h("a", {
    class: "bubble file", href: "api/files/" + b.id, download: b.file.name, "data-testid": "file",
  }, icon("file"), h("span", { class: "file-name" }, h("bdi", {}, b.file.name), h("small", {}, bytes(b.file.size) + " · 下载")));
}

function bytes(n) {
  if (n < 1024) return `${n} B`;
  if (n < 1 << 20) return `${(n / 1024).toFixed(1)} KB`;
  return `${(n / (1 << 20)).toFixed(1)} MB`;
}

function tools(b, on) {
  return h("div", { class: "tools" },
    h("button", { type: "button", "data-testid": "quote", "aria-label": "引用 " + gist(b), onclick: () => on.quote(b) }, "引用"),
    b.from && h("button", { type: "button", "data-testid": "redeliver", title: "让平台把这条消息再送一次给机器人", onclick: () => on.redeliver(b) }, "再送一次"));
}

/** holdOpens shows the tools after a long press, as there is no hovering with a finger. */
function holdOpens(li) {
  let timer;
  const cancel = () => clearTimeout(timer);
  li.addEventListener("touchstart", () => { cancel(); timer = setTimeout(() => open(li), 450); }, { passive: true });
  for (const end of ["touchend", "touchmove", "touchcancel"]) li.addEventListener(end, cancel, { passive: true });
}

function open(li) {
  li.classList.add("held");
  const close = (e) => {
    if (e.target.closest?.(".tools") && li.contains(e.target)) return;
    li.classList.remove("held");
    document.removeEventListener("pointerdown", close);
  };
  document.addEventListener("pointerdown", close);
}
