// Presenting and printing: the canvas alone, on the whole screen where the browser allows it, or on paper.

import { button, html } from "./dom.js";
import { icon } from "./icons.js";
import { sceneOf, showScene } from "./scenes.js";

/**
 * Show the canvas alone until Escape; Page Down and Page Up go through the saved diagrams.
 * @param {import("./store.js").Store} store @param {HTMLElement} root @param {import("./canvas.js").Canvas} canvas
 */
export function present(store, root, canvas) {
  if (root.classList.contains("sd-presenting")) return;
  const before = { view: canvas.view, focus: /** @type {HTMLElement | null} */ (document.activeElement) };
  let wasFull = false;
  const leave = button({ icon: icon("close"), title: "Leave the presentation (Esc)", onclick: () => stop() });
  const title = html("span", {});
  const frame = html("div", { class: "sd-presenting-head" }, title, leave);
  const settle = () => {
    canvas.measure();
    canvas.fit();
    title.textContent = sceneOf(store)?.name ?? store.get("design").name ?? "";
  };
  const turn = (by) => {
    const ids = ["", ...(store.get("design").diagrams ?? []).map((one) => one.id)];
    const at = ids.indexOf(sceneOf(store)?.diagram_id ?? "");
    const id = ids[(at + by + ids.length) % ids.length];
    showScene(store, canvas, id ? { what: "diagram", diagram_id: id } : { what: "all" }).then(settle);
  };
  const keys = (event) => {
    const act = { Escape: () => stop(), PageDown: () => turn(1), PageUp: () => turn(-1) }[event.key];
    if (!act || root.querySelector(".sd-dialog, .sd-palette")) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const full = () => {
    if (document.fullscreenElement === root) wasFull = true;
    else if (wasFull) stop();
    requestAnimationFrame(settle);
  };
  const stop = () => {
    root.removeEventListener("keydown", keys, true);
    document.removeEventListener("fullscreenchange", full);
    root.classList.remove("sd-presenting");
    frame.remove();
    if (document.fullscreenElement === root) document.exitFullscreen();
    canvas.measure();
    canvas.setView(before.view);
    before.focus?.focus({ preventScroll: true });
    store.emit("announce", "The presentation is over");
  };
  root.classList.add("sd-presenting");
  root.append(frame);
  root.addEventListener("keydown", keys, true);
  document.addEventListener("fullscreenchange", full);
  root.requestFullscreen?.().catch(() => {}); // where it is not allowed, the page is filled
  canvas.surface.focus({ preventScroll: true });
  if (!root.contains(document.activeElement)) leave.focus();
  requestAnimationFrame(settle);
  store.emit("announce", "Presentation. Escape leaves it, Page Down shows the next diagram.");
}

/**
 * Print what is seen, as large as the page allows; lines stay lines.
 * @param {import("./store.js").Store} store @param {HTMLElement} root
 */
export async function printPicture(store, root) {
  const answer = await store.ask({ kind: "print_picture" });
  if (!answer) return;
  root.querySelector(".sd-printing")?.remove(); // of a browser that did not tell that it had printed
  const frame = /** @type {HTMLIFrameElement} */ (html("iframe", { class: "sd-printing", "aria-hidden": "true", title: "Print" }));
  root.append(frame);
  const page = /** @type {Document} */ (frame.contentDocument);
  const drawn = new DOMParser().parseFromString(answer.svg, "image/svg+xml").documentElement;
  const [, , width, height] = (drawn.getAttribute("viewBox") ?? "0 0 1 1").split(" ").map(Number);
  const picture = page.importNode(drawn, true);
  picture.removeAttribute("width");
  picture.removeAttribute("height");
  const style = page.createElement("style");
  style.textContent = `@page { size: ${width > height ? "landscape" : "portrait"}; margin: 10mm; }
    html, body { margin: 0; height: 100%; } svg { display: block; width: 100%; height: 100%; max-height: 100vh; }`;
  page.title = sceneOf(store)?.name ?? store.get("design").name ?? "";
  page.head.append(style);
  page.body.append(picture);
  const there = /** @type {Window} */ (frame.contentWindow);
  there.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  there.focus();
  there.print();
}
