// A small reader of the markdown both platforms show: headings, bold, italic,
// lists, quotes, rules, code, tables, links. A single line feed is a blank; two
// spaces before it, or <br>, end the line. It makes elements with text in them and no
// HTML; links are drawn and lead nowhere.

import { h } from "./dom.js";

/** markdown renders source; at says which texts are mentions, as in say. */
export function markdown(source, at) {
  const out = h("div", { class: "md" });
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  for (let i = 0; i < lines.length;) i = block(lines, i, out, at);
  return out;
}

const starts = {
  fence: /^\s*```/,
  heading: /^(#{1,6})\s+(.*)$/,
  rule: /^\s*([-*_])(\s*\1){2,}\s*$/,
  quote: /^\s*>\s?/,
  bullet: /^\s*[-*+]\s+/,
  number: /^\s*(\d+)\.\s+/,
};
const tableRule = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const startsBlock = (line) => line.trim() === "" || Object.values(starts).some((r) => r.test(line));

/** block reads one block from line i and returns the line after it. */
function block(lines, i, out, at) {
  const line = lines[i];
  if (line.trim() === "") return i + 1;
  if (starts.fence.test(line)) return fence(lines, i, out);
  const heading = line.match(starts.heading);
  if (heading) {
    out.append(inline(h("p", { class: "md-h md-h" + heading[1].length }), heading[2], at));
    return i + 1;
  }
  if (starts.rule.test(line)) {
    out.append(h("hr"));
    return i + 1;
  }
  if (starts.quote.test(line)) return quote(lines, i, out, at);
  if (starts.bullet.test(line)) return list(lines, i, out, at, "ul", starts.bullet);
  if (starts.number.test(line)) return list(lines, i, out, at, "ol", starts.number);
  if (line.includes("|") && tableRule.test(lines[i + 1] ?? "") && lines[i + 1].includes("-")) return table(lines, i, out, at);
  return paragraph(lines, i, out, at);
}

function table(lines, i, out, at) {
  const row = (line, tag) => h("tr", {}, cells(line).map((c) => inline(h(tag), c, at)));
  const head = h("thead", {}, row(lines[i], "th"));
  const rows = h("tbody");
  for (i += 2; i < lines.length && lines[i].includes("|"); i++) rows.append(row(lines[i], "td"));
  out.append(h("table", {}, head, rows));
  return i;
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((c) => c.trim());

function fence(lines, i, out) {
  const from = ++i;
  while (i < lines.length && !starts.fence.test(lines[i])) i++;
  out.append(h("pre", {}, lines.slice(from, i).join("\n")));
  return i + 1;
}

function quote(lines, i, out, at) {
  const inner = [];
  while (i < lines.length && starts.quote.test(lines[i])) inner.push(lines[i++].replace(starts.quote, ""));
  out.append(h("blockquote", {}, markdown(inner.join("\n"), at)));
  return i;
}

function list(lines, i, out, at, tag, mark) {
  const first = tag === "ol" ? lines[i].match(mark)[1] : undefined;
  const el = h(tag, { start: first });
  while (i < lines.length && mark.test(lines[i])) {
    let text = lines[i++].replace(mark, "");
    while (i < lines.length && !startsBlock(lines[i])) text += "\n" + lines[i++].trim();
    el.append(inline(h("li"), text, at));
  }
  out.append(el);
  return i;
}

function paragraph(lines, i, out, at) {
  const from = i++;
  while (i < lines.length && !startsBlock(lines[i])) i++;
  out.append(inline(h("p"), lines.slice(from, i).join("\n"), at));
  return i;
}

// One alternative for each thing that can stand within a line.
const spans = new RegExp([
  String.raw`\\([!-/:-@\[-\x60{-~])`, // 1 escaped mark
  String.raw`\*\*([^*\n]+(?:\*(?!\*)[^*\n]*)*)\*\*`, // 2 bold
  String.raw`\*([^*\s][^*\n]*)\*`, // 3 italic
  String.raw`~~([^~\n]+)~~`, // 4 struck out
  "`([^`\\n]+)`", // 5 code
  String.raw`!\[([^\]\n]*)\]\([^)\n]*\)`, // 6 picture
  String.raw`\[([^\]\n]+)\]\(([^)\n]*)\)`, // 7, 8 link
  String.raw`(<br\s*\/?>|[ ]{2,}\n)`, // 9 line break
  String.raw`<a\s+atId=[^>]*>([^<]*)<\/a>`, // 10 mention in a DingTalk card
  String.raw`<\/?font\b[^>]*>`, // colours, not drawn
  String.raw`&(lt|gt|amp|quot|nbsp|#\d{1,6});`, // 11 entity
  "(\\n)", // 12 line feed
].join("|"), "g");

const entities = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: "\u00a0" };

function entity(name) {
  if (!name.startsWith("#")) return entities[name];
  const code = Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

function inline(el, text, at) {
  let from = 0;
  for (const m of text.matchAll(spans)) {
    say(el, text.slice(from, m.index), at);
    from = m.index + m[0].length;
    span(el, m, at);
  }
  say(el, text.slice(from), at);
  el.normalize();
  return el;
}

function span(el, m, at) {
  if (m[1] !== undefined) el.append(m[1]);
  else if (m[2] !== undefined) el.append(inline(h("strong"), m[2], at));
  else if (m[3] !== undefined) el.append(inline(h("em"), m[3], at));
  else if (m[4] !== undefined) el.append(inline(h("s"), m[4], at));
  else if (m[5] !== undefined) el.append(h("code", {}, m[5]));
  else if (m[6] !== undefined) el.append(`[图片${m[6] ? " " + m[6] : ""}]`);
  else if (m[7] !== undefined) el.append(inertLink(m[7], m[8]));
  else if (m[9] !== undefined) el.append(h("br"));
  else if (m[10] !== undefined) el.append(h("span", { class: "mention" }, "@" + m[10].replace(/^@/, "")));
  else if (m[11] !== undefined) el.append(entity(m[11]));
  else if (m[12]) el.append(" ");
}

/** inertLink draws a link; its address can be read and leads nowhere. */
export function inertLink(text, address) {
  return h("span", { class: "link", title: "链接：" + address }, text);
}

/** say appends plain text. at maps what stands for a mention, "@d-wang", to how it
 *  is shown, "@王建国". */
export function say(el, text, at) {
  if (!at?.size) {
    el.append(text);
    return el;
  }
  const longestFirst = [...at.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  let from = 0;
  for (const m of text.matchAll(new RegExp(longestFirst.join("|"), "gu"))) {
    el.append(text.slice(from, m.index), h("span", { class: "mention" }, at.get(m[0])));
    from = m.index + m[0].length;
  }
  el.append(text.slice(from));
  return el;
}

const escapeRegExp = (s) => s.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
