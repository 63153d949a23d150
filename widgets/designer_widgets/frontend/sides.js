// The list and the inspector: docked beside the canvas where there is room, over it where there is not. Their widths,
// and whether they are open, are remembered for each design.

import { button, html } from "./dom.js";
import { clamp } from "./geometry.js";
import { icon } from "./icons.js";
import { recall, remember } from "./memory.js";

/** Under this width the sides lie over the canvas; under the second one the inspector is a sheet at the bottom. */
const DOCKED_FROM = 1100;
const SMALL_UNDER = 720;
const ROOMY_FROM = 1400;
const LEAST = { left: 140, right: 280 };
const MOST = { left: 420, right: 720 };
const KEY_STEP = 16;
/** A second click of a double click comes sooner than this: the card under it must not move before. */
const DOUBLE_CLICK = 320;

/** @typedef {"left" | "right"} Side */

/** Return how the sides stand in a width. @param {number} width @returns {"wide" | "narrow" | "small"} */
export function sidesMode(width) {
  return width >= DOCKED_FROM ? "wide" : width >= SMALL_UNDER ? "narrow" : "small";
}

/** Return the width of a side unless somebody has dragged it. @param {Side} side @param {number} width */
export function usualWidth(side, width) {
  if (side === "left") return width >= ROOMY_FROM ? 216 : 176;
  return width >= ROOMY_FROM ? 428 : 372;
}

/**
 * @param {import("./store.js").Store} store
 * @param {HTMLElement} root
 * @param {Record<Side, HTMLElement>} elements
 * @param {{isBusy: () => boolean, shown: () => void}} canvas Whether a gesture is going on; called when sides moved.
 */
export function sidesOf(store, root, elements, canvas) {
  const memory = recall(store, "sides");
  const docked = { left: memory.left ?? true, right: false };
  /** Who closed the inspector does not want it to come back with each click. */
  let mayOpen = memory.right ?? true;
  const over = { left: false, right: false };
  const grips = /** @type {Record<Side, HTMLElement>} */ ({});
  let mode = sidesMode(root.clientWidth || DOCKED_FROM);
  let timer = 0;

  const isOpen = (side) => (mode === "wide" ? docked : over)[side];
  const apply = () => {
    for (const name of ["wide", "narrow", "small"]) root.classList.toggle(`sd-${name}`, name === mode);
    const { canvas_only: isBare, panel: alone } = store.get("settings");
    const isAlone = { left: alone === "navigator" || alone === "inspector", right: alone === "inspector" };
    for (const side of /** @type {Side[]} */ (["left", "right"])) {
      elements[side].hidden = isBare || (alone ? !isAlone[side] : !isOpen(side));
      const width = widthOf(side);
      root.style.setProperty(`--sd-${side}`, `${width}px`);
      grips[side].setAttribute("aria-valuenow", String(width));
    }
    store.view.sides = { left: isOpen("left"), right: isOpen("right") };
    store.emit("sides");
    canvas.shown();
  };
  const widthOf = (side) => {
    const width = root.clientWidth || DOCKED_FROM;
    return clamp(memory[`${side}Width`] ?? usualWidth(side, width), LEAST[side], Math.min(MOST[side], width * 0.45));
  };
  const set = (side, open) => {
    if (isOpen(side) === open) return;
    if (mode === "wide") docked[side] = open;
    else {
      over[side] = open;
      if (open) over[side === "left" ? "right" : "left"] = false;
    }
    apply();
  };
  const toggle = (side) => {
    const open = !isOpen(side);
    set(side, open);
    if (side === "right") mayOpen = open;
    if (mode === "wide") memory[side] = open;
    remember(store, "sides", memory);
    if (open && mode !== "wide") firstControl(elements[side])?.focus();
  };
  const resize = (side, width) => {
    memory[`${side}Width`] = Math.round(clamp(width, LEAST[side], MOST[side]));
    remember(store, "sides", memory);
    apply();
  };
  for (const side of /** @type {Side[]} */ (["left", "right"])) {
    const close = button({
      icon: icon("close", 13),
      title: side === "left" ? "Close the list" : "Close the inspector",
      onclick: () => toggle(side),
    });
    close.classList.add("sd-side-close");
    grips[side] = gripOf(side, elements[side], resize);
    elements[side].append(close, grips[side]);
    elements[side].addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || mode === "wide" || event.defaultPrevented) return;
      set(side, false);
      event.stopPropagation();
      /** @type {any} */ (root.querySelector(".sd-card[tabindex='0']"))?.focus({ preventScroll: true });
    });
  }
  const show = () => set("right", true);
  store.on("selection", ({ origin }) => {
    clearTimeout(timer);
    const isEmpty = store.view.entities.size === 0 && store.view.relationship === null;
    if (isEmpty || store.view.entities.size > 1) {
      if (isEmpty && mode !== "wide") set("right", false);
      return;
    }
    if (mode !== "wide") set("left", false);
    if (!mayOpen || mode === "small" || isOpen("right")) return;
    if (origin === "canvas") timer = window.setTimeout(whenIdle, DOUBLE_CLICK);
    else show();
  });
  const whenIdle = () => {
    if (canvas.isBusy()) timer = window.setTimeout(whenIdle, DOUBLE_CLICK);
    else show();
  };
  store.on("drawer", (name) => {
    if (name && mode === "small") set("right", false);
  });
  store.on("settings", apply);
  const sizes = new ResizeObserver(() => {
    mode = sidesMode(root.clientWidth);
    apply();
  });
  sizes.observe(root);
  apply();
  return {
    toggle,
    open: () => {
      clearTimeout(timer);
      mayOpen = true;
      show();
    },
    /** How much of the canvas lies under the sides. */
    covered: () => ({
      left: mode !== "wide" && over.left ? elements.left.offsetWidth : 0,
      right: mode === "narrow" && over.right ? elements.right.offsetWidth : 0,
      bottom: mode === "small" && over.right ? elements.right.offsetHeight : 0,
    }),
    close: () => {
      clearTimeout(timer);
      sizes.disconnect();
    },
  };
}

/**
 * The edge that is dragged, or moved with the arrow keys.
 * @param {Side} side @param {HTMLElement} element @param {(side: Side, width: number) => void} resize
 */
function gripOf(side, element, resize) {
  const outward = side === "left" ? 1 : -1;
  const grip = html("div", {
    class: "sd-side-grip",
    role: "separator",
    "aria-orientation": "vertical",
    "aria-label": side === "left" ? "Width of the list" : "Width of the inspector",
    "aria-valuemin": String(LEAST[side]),
    "aria-valuemax": String(MOST[side]),
    tabindex: "0",
  });
  grip.addEventListener("pointerdown", (event) => {
    const [from, width] = [event.clientX, element.offsetWidth];
    grip.setPointerCapture(event.pointerId);
    grip.onpointermove = (move) => resize(side, width + outward * (move.clientX - from));
    grip.onpointerup = grip.onpointercancel = () => {
      grip.onpointermove = null;
    };
    event.preventDefault();
  });
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (!step) return;
    resize(side, element.offsetWidth + outward * step);
    event.preventDefault();
  });
  return grip;
}

/** @param {HTMLElement} element @returns {any} */
function firstControl(element) {
  return element.querySelector("input, select, textarea, .sd-item, button");
}
