// What the page knows of the world, and the way to act on it.

import { toast } from "./dom.js";

export const world = {
  ready: false, title: "", bot: "", now: "", hints: [],
  platforms: [], people: [], groups: [], meters: [], calls: [],
  bubbles: new Map(), // by id, in order of appearance
};

const listeners = new Set();

/** onNews calls f(news) after each change, with the world already changed. */
export function onNews(f) { listeners.add(f); }

function learn(news) {
  if (news.whole) {
    world.bubbles.clear();
    world.calls = [];
  }
  for (const part of ["title", "bot", "now", "hints", "platforms", "people", "groups", "meters"]) {
    if (news[part] !== undefined) world[part] = news[part];
  }
  for (const b of news.bubbles ?? []) world.bubbles.set(b.id, b);
  if (news.calls) world.calls = world.calls.concat(news.calls).slice(-2000);
  world.ready = true;
  for (const f of listeners) f(news);
}

/** listen opens the stream; the browser opens it again when it breaks. */
export function listen(onState) {
  const stream = new EventSource("api/events");
  stream.onmessage = (e) => { onState(true); learn(JSON.parse(e.data)); };
  stream.onerror = () => onState(false);
}

/** post does something; it resolves to the answer, or to null after saying why not. */
export async function post(what, body) {
  try {
    const res = await fetch("api/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await res.json();
    if (res.ok) return answer;
    toast(answer.error ?? "没有做成。");
  } catch {
    toast("连不上本机的服务，请看看它是否还在运行。");
  }
  return null;
}

export const chatKey = (c) => `${c.platform}/${c.private ? "p" : "g"}/${c.id}`;
export const sameChat = (a, b) => chatKey(a) === chatKey(b);
export const numberOf = (bubble) => Number(bubble.id.slice(1));
export const person = (name) => world.people.find((p) => p.name === name);
export const shows = (p) => p.nick || p.name;
export const cardSeenBy = (b, who) => b.views?.[who] ?? b.card;
export const visibleTo = (b, who) => !b.only?.length || b.only.includes(who);
