// Sentences worth trying. They change little by little: what was said once makes
// room for the next.

import { cardSeenBy, sameChat, world } from "./store.js";

const atOnce = 4;

/** hintsFor returns the sentences to offer a person in a chat. */
export function hintsFor(p, chat) {
  const fitting = world.hints.find((g) => (p?.about ?? "").includes(g.about)) ?? { say: [] };
  const said = new Set();
  let n = 0;
  for (const b of world.bubbles.values()) {
    if (b.from === p?.name) said.add(verb(b.text ?? ""));
    if (sameChat(b.chat, chat)) n = numberIn(b, p?.name) ?? n;
  }
  const usable = fitting.say.filter((s) => n || !s.includes("{n}"));
  const fresh = usable.filter((s) => !said.has(verb(s)));
  const again = usable.filter((s) => said.has(verb(s)));
  return [...[...fresh, ...again].slice(0, atOnce - 1), "帮助"].map((s) => s.replace("{n}", n));
}

/** verb is the first word, without the mention before it. */
function verb(text) {
  return text.replace(/^\s*[@＠]\S+\s*/u, "").trim().split(/[\s{]/)[0];
}

function numberIn(b, who) {
  const card = cardSeenBy(b, who);
  const text = b.from ? "" : [card?.title, card?.desc, card?.markdown, b.text].filter(Boolean).join(" ");
  return text.match(/[#＃](\d+)/)?.[1];
}
