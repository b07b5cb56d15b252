// The page: two phones and the wire, fed by one stream.

import { h } from "./dom.js";
import { Faults } from "./faults.js";
import { Phone } from "./phone.js";
import { listen, onNews, world } from "./store.js";
import { Top } from "./top.js";
import { Wire } from "./wire.js";

const main = document.getElementById("main");
const tabs = document.getElementById("tabs");
const names = { dingtalk: "钉钉", wecom: "企业微信" };

const top = new Top(document.getElementById("top"));
const phones = Object.entries(names).map(([platform, name]) =>
  new Phone(platform, name, (unread) => tab(platform).classList.toggle("has-news", unread)));
const wire = new Wire();
const faults = new Faults();

const sides = [
  ...phones.map((p) => ({ id: p.platform, label: names[p.platform], el: p.el, shown: () => p.shown() })),
  { id: "wire", label: "线路", el: h("section", { class: "side wire", id: "side-wire", "data-side": "wire", "aria-label": "线路" }, faults.el, wire.el), shown() {} },
];

for (const side of sides) {
  main.append(side.el);
  tabs.append(h("button", {
    type: "button", "data-testid": "tab-" + side.id, "data-side": side.id, "aria-controls": "side-" + side.id, onclick: () => turnTo(side.id),
  }, side.label));
}

function tab(id) { return tabs.querySelector(`[data-side="${id}"]`); }

/** turnTo shows one side where the screen has room for one only. */
function turnTo(id) {
  main.dataset.shows = id;
  for (const side of sides) tab(side.id).setAttribute("aria-current", String(side.id === id));
  sides.find((s) => s.id === id).shown();
}

turnTo("dingtalk");

onNews((news) => {
  for (const part of [top, ...phones, wire, faults]) part.change(news);
  // Tests wait for this before they drive the page.
  document.body.dataset.ready = String(world.ready);
});
listen((ok) => top.connected(ok));
