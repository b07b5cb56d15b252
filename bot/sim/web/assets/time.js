// Times come as wall time in China, "2026-11-21T09:00:05", and stay text: the
// browser's own zone must not touch them.

export const clockTime = (t) => t.slice(11, 16);
export const clockSeconds = (t) => t.slice(11, 19);
const day = (t) => t.slice(0, 10);

export function weekday(t) {
  const [y, m, d] = day(t).split("-").map(Number);
  return "周" + "日一二三四五六"[new Date(Date.UTC(y, m - 1, d)).getUTCDay()];
}

export const dayText = (t) => `${Number(t.slice(5, 7))}月${Number(t.slice(8, 10))}日`;

/** stamp is how a chat writes when something was said. */
export function stamp(t, now) {
  if (day(t) === day(now)) return clockTime(t);
  return `${dayText(t)} ${weekday(t)} ${clockTime(t)}`;
}

/** gapMinutes is how far apart two messages are. */
export function gapMinutes(a, b) {
  const at = (t) => Date.parse(t.slice(0, 19) + "Z");
  return Math.abs(at(b) - at(a)) / 60000;
}
