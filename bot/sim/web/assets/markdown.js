// A small reader of the markdown both platforms show: headings, bold, italic,
// lists, quotes, rules, code, links. It makes elements with text in them and no
// HTML; links are drawn and lead nowhere.

import { h } from "./dom.js";

/** markdown renders source. With breaks, a single newline ends the line (WeCom);
 *  without, it takes two spaces before it or <br> (DingTalk). */
export function markdown(source, { breaks = false, names = [] } = {}) {
  const out = h("div", { class: "md" });
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const style = { breaks, names };
  for (let i = 0; i < lines.length;) i = block(lines, i, out, style);
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

const startsBlock = (line) => line.trim() === "" || Object.values(starts).some((r) => r.test(line));

/** block reads one block from line i and returns the line after it. */
function block(lines, i, out, style) {
  const line = lines[i];
  if (line.trim() === "") return i + 1;
  if (starts.fence.test(line)) return fence(lines, i, out);
  const heading = line.match(starts.heading);
  if (heading) {
    out.append(inline(h("p", { class: "md-h md-h" + heading[1].length }), heading[2], style));
    return i + 1;
  }
  if (starts.rule.test(line)) {
    out.append(h("hr"));
    return i + 1;
  }
  if (starts.quote.test(line)) return quote(lines, i, out, style);
  if (starts.bullet.test(line)) return list(lines, i, out, style, "ul", starts.bullet);
  if (starts.number.test(line)) return list(lines, i, out, style, "ol", starts.number);
  return paragraph(lines, i, out, style);
}

function fence(lines, i, out) {
  const from = ++i;
  while (i < lines.length && !starts.fence.test(lines[i])) i++;
  out.append(h("pre", {}, lines.slice(from, i).join("\n")));
  return i + 1;
}

function quote(lines, i, out, style) {
  const inner = [];
  while (i < lines.length && starts.quote.test(lines[i])) inner.push(lines[i++].replace(starts.quote, ""));
  out.append(h("blockquote", {}, markdown(inner.join("\n"), style)));
  return i;
}

function list(lines, i, out, style, tag, mark) {
  const first = tag === "ol" ? lines[i].match(mark)[1] : undefined;
  const el = h(tag, { start: first });
  while (i < lines.length && mark.test(lines[i])) {
    let text = lines[i++].replace(mark, "");
    while (i < lines.length && !startsBlock(lines[i])) text += "\n" + lines[i++].trim();
    el.append(inline(h("li"), text, style));
  }
  out.append(el);
  return i;
}

function paragraph(lines, i, out, style) {
  const from = i++;
  while (i < lines.length && !startsBlock(lines[i])) i++;
  out.append(inline(h("p"), lines.slice(from, i).join("\n"), style));
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
  String.raw`<\/?(?:font|a)\b[^>]*>`, // colour and mention tags, not drawn
  String.raw`&(lt|gt|amp|quot|nbsp|#\d{1,6});`, // 10 entity
  "(\\n)", // 11 newline
].join("|"), "g");

const entities = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: "\u00a0" };

function entity(name) {
  if (!name.startsWith("#")) return entities[name];
  const code = Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

function inline(el, text, style) {
  let from = 0;
  for (const m of text.matchAll(spans)) {
    say(el, text.slice(from, m.index), style);
    from = m.index + m[0].length;
    span(el, m, style);
  }
  say(el, text.slice(from), style);
  el.normalize();
  return el;
}

function span(el, m, style) {
  if (m[1] !== undefined) el.append(m[1]);
  else if (m[2] !== undefined) el.append(inline(h("strong"), m[2], style));
  else if (m[3] !== undefined) el.append(inline(h("em"), m[3], style));
  else if (m[4] !== undefined) el.append(inline(h("s"), m[4], style));
  else if (m[5] !== undefined) el.append(h("code", {}, m[5]));
  else if (m[6] !== undefined) el.append(`[图片${m[6] ? " " + m[6] : ""}]`);
  else if (m[7] !== undefined) el.append(inertLink(m[7], m[8]));
  else if (m[9] !== undefined || (m[11] && style.breaks)) el.append(h("br"));
  else if (m[10] !== undefined) el.append(entity(m[10]));
  else if (m[11]) el.append(" ");
}

/** inertLink draws a link; its address can be read and leads nowhere. */
export function inertLink(text, address) {
  return h("span", { class: "link", title: "链接：" + address }, text);
}

/** say appends plain text, with the @-ed names set off. */
export function say(el, text, { names = [] } = {}) {
  if (!names.length) {
    el.append(text);
    return el;
  }
  const longestFirst = [...names].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const at = new RegExp("[@＠](?:" + longestFirst.join("|") + ")", "gu");
  let from = 0;
  for (const m of text.matchAll(at)) {
    el.append(text.slice(from, m.index), h("span", { class: "mention" }, m[0]));
    from = m.index + m[0].length;
  }
  el.append(text.slice(from));
  return el;
}

const escapeRegExp = (s) => s.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
