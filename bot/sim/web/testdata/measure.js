// Finds, in what is visible, type too pale to read, lines too tight, and keys too
// small to hit. Returns sentences; none is good.
(() => {
  const wrong = new Set();
  const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && el.getClientRects().length > 0;
  const parse = (c) => {
    const m = c.match(/[\d.]+/g).map(Number);
    return { rgb: m.slice(0, 3), a: m[3] ?? 1 };
  };
  const over = (top, under) => top.rgb.map((v, i) => v * top.a + under[i] * (1 - top.a));
  const ground = (el) => {
    const layers = [];
    for (let e = el; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const name = (el) => `${el.tagName.toLowerCase()}.${el.className} "${el.textContent.trim().slice(0, 12)}"`;

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const el = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !shown(el) || el.closest(".sr-only, noscript, :disabled, .who:has(:disabled), option")) continue;
    const style = getComputedStyle(el);
    const under = ground(el);
    const ratio = contrast(over(parse(style.color), under), under);
    if (ratio < 4.5) wrong.add(`contrast ${ratio.toFixed(2)}: ${name(el)}`);
    if (parseFloat(style.fontSize) < 12) wrong.add(`small type ${style.fontSize}: ${name(el)}`);
    const spaced = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    const oneLetter = el.matches(".avatar, .mark, .tool");
    if (spaced < 1.299 && !oneLetter) wrong.add(`line height ${spaced.toFixed(2)}: ${name(el)}`);
  }
  for (const el of document.querySelectorAll("button, select, textarea, input, summary, label, a[href]")) {
    if (!shown(el) || el.matches(".sr-only, .tick input")) continue;
    const box = el.getBoundingClientRect();
    if (box.height < 43.5 || box.width < 43.5) wrong.add(`touch ${box.width.toFixed(0)}×${box.height.toFixed(0)}: ${name(el)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.add("something sticks out to the side");
  return [...wrong];
})()
