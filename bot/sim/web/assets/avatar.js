// Avatars are the surname on a colour that follows the name.

import { h } from "./dom.js";

// Each carries white text at a contrast of at least 4.5.
const colours = ["#b3361e", "#8a4b12", "#6a5c00", "#3c6b1f", "#00695c",
  "#00639a", "#2f55c4", "#5b42c0", "#86308c", "#a5305f"];

const doubled = ["欧阳", "司马", "上官", "诸葛", "司徒", "东方", "尉迟", "皇甫", "夏侯", "令狐"];

function colourOf(name) {
  let sum = 7;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)) >>> 0;
  return colours[sum % colours.length];
}

function surname(name) {
  // A neighbour's display name may begin with where they live: 3栋2单元张阿姨.
  const letters = name.replace(/^\s*(?:\d+\s*(?:栋|号楼|号|幢|单元|室|-)\s*)+/u, "").replace(/[^\p{L}\p{N}]/gu, "");
  if (doubled.includes(letters.slice(0, 2))) return letters.slice(0, 2);
  return [...letters][0] ?? "?";
}

export function avatar(name) {
  const el = h("span", { class: "avatar", "aria-hidden": "true" }, surname(name));
  el.style.backgroundColor = colourOf(name);
  return el;
}

export function botAvatar() {
  return h("span", { class: "avatar bot", "aria-hidden": "true" }, "议");
}
