// Dialogs and popovers: they take the keyboard, close with Escape, and give the keyboard back.

import { button, html, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

const FOCUSABLE = "button, input, select, textarea, summary, [tabindex='0']";

/**
 * Show a dialog over the whole designer; returns the function that closes it. `size` is "", "wide" or "large"; where
 * work would be lost, a click beside the dialog does not close it. `closed` is called when it has gone.
 * @param {Element} root
 * @param {{title: string, body: Node[], actions?: Node[], size?: string, isSticky?: boolean, closed?: () => void}} content
 */
export function showDialog(root, { title, body, actions = [], size = "", isSticky = false, closed }) {
  const heading = html("h2", { id: uniqueId("dialog") }, title);
  const middle = html("div", { class: "sd-dialog-body" }, body);
  const panel = html(
    "div",
    {
      class: `sd-dialog${size ? ` sd-dialog-${size}` : ""}`,
      role: "dialog",
      "aria-modal": "true",
      "aria-labelledby": heading.id,
    },
    html("header", {}, heading, button({ icon: icon("close"), title: "Close", onclick: () => close() })),
    middle,
    actions.length ? html("footer", {}, actions) : null,
  );
  const veil = html("div", { class: "sd-veil" }, panel);
  veil.addEventListener("pointerdown", (event) => {
    if (event.target === veil && !isSticky) close();
  });
  root.append(veil);
  letScroll(middle, heading.id);
  const close = holdFocus(panel, () => {
    veil.remove();
    closed?.();
  });
  return close;
}

/**
 * What is long and only read is scrolled with the keyboard, so the keyboard has to come there.
 * @param {HTMLElement} body @param {string} title The id of what it is called.
 */
function letScroll(body, title) {
  if (body.scrollHeight <= body.clientHeight || body.querySelector(FOCUSABLE)) return;
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-labelledby", title);
}

/**
 * Show a small panel beside a point of the canvas; returns the function that closes it.
 * @param {HTMLElement} host @param {{x: number, y: number}} at @param {{title: string, body: Node[]}} content
 */
export function showPopover(host, at, { title, body }) {
  host.querySelector(".sd-popover")?.dispatchEvent(new CustomEvent("close-popover"));
  const panel = html(
    "div",
    { class: "sd-popover", role: "dialog", "aria-label": title },
    html("header", {}, html("h3", {}, title), button({ icon: icon("close"), title: "Close", onclick: () => close() })),
    body,
  );
  host.append(panel);
  panel.style.left = `${Math.max(8, Math.min(at.x + 8, host.clientWidth - panel.offsetWidth - 8))}px`;
  panel.style.top = `${Math.max(8, Math.min(at.y - 20, host.clientHeight - panel.offsetHeight - 8))}px`;
  const close = holdFocus(panel, () => panel.remove());
  panel.addEventListener("close-popover", close);
  return close;
}

/**
 * Keep the keyboard in a panel until it is closed, then give it back.
 * @param {HTMLElement} panel @param {() => void} remove
 */
function holdFocus(panel, remove) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === "Tab") wrapTab(panel, event);
  });
  const first = /** @type {HTMLElement | null} */ (
    panel.querySelector("[data-first]") ??
      panel.querySelector("input, select, textarea") ??
      panel.querySelector(FOCUSABLE)
  );
  first?.focus();
  return close;
}

/** @param {HTMLElement} panel @param {KeyboardEvent} event */
function wrapTab(panel, event) {
  const all = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll(FOCUSABLE)]).filter(
    (one) => !one.hasAttribute("disabled") && one.offsetParent !== null,
  );
  if (all.length === 0) return;
  const [first, last] = [all[0], all[all.length - 1]];
  const next =
    event.shiftKey && document.activeElement === first
      ? last
      : !event.shiftKey && document.activeElement === last
        ? first
        : null;
  if (!next) return;
  event.preventDefault();
  next.focus();
}
