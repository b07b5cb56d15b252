// Building elements. Data reaches the page only as text nodes and attributes.

/** h makes an element: h("p", {class: "x", onclick: f}, "text", child). */
export function h(tag, props = {}, ...kids) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name in propertyNames) el[name] = value;
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  el.append(...kids.flat().filter((k) => k !== null && k !== undefined && k !== false && k !== ""));
  return el;
}

// Set as properties, because the attribute only says how the element began.
const propertyNames = { value: 1, checked: 1, disabled: 1 };

/** icon makes one of the page's own line drawings. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", drawings[name]);
  svg.append(path);
  return svg;
}

const drawings = {
  more: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  attach: "M8 12.5l6-6a3 3 0 1 1 4.3 4.3l-7.8 7.8a4.7 4.7 0 0 1-6.7-6.7l7.3-7.2",
  voice: "M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3",
  down: "M12 5v14M6 13l6 6 6-6",
};

/** sideways lets a wheel move a strip that is wider than its place. */
export function sideways(el) {
  el.addEventListener("wheel", (e) => {
    if (el.scrollWidth <= el.clientWidth || Math.abs(e.deltaX) > Math.abs(e.deltaY)) return;
    el.scrollLeft += e.deltaY;
    e.preventDefault();
  }, { passive: false });
  return el;
}

let toastTimer;

/** toast shows one sentence for a moment. */
export function toast(text) {
  const el = document.getElementById("toast");
  el.textContent = text;
  el.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => el.classList.remove("shown"), 4000);
}

/** remember and recall keep small choices over a reload, where the browser lets us. */
export function remember(key, value) {
  try { localStorage.setItem("yiqun." + key, JSON.stringify(value)); } catch { /* private mode */ }
}

export function recall(key) {
  try { return JSON.parse(localStorage.getItem("yiqun." + key)); } catch { return null; }
}
