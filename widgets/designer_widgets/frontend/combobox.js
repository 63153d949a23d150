// A text input that offers what could be typed: a listbox under it, for the keyboard, the mouse and screen readers.

import { fill, html, uniqueId } from "./dom.js";

/** @typedef {{text: string, hint?: string, select?: [number, number]}} Offer */

const MOST_SEEN = 12;

/**
 * Make a text input a combobox. Arrows walk over the offers, Enter or a click takes one, Escape closes the list; what is
 * typed stays as it is until one is taken.
 * @param {any} input
 * @param {{label: string, offers: (typed: string) => Offer[], opened?: () => void}} options
 *   `opened` is called when somebody begins to look for something.
 */
export function combobox(input, { label, offers, opened = () => {} }) {
  const id = uniqueId("offers");
  const list = html("ul", { class: "sd-offers", role: "listbox", id, "aria-label": label, hidden: true });
  let shown = /** @type {Offer[]} */ ([]);
  let at = -1;
  let isWanted = false; // somebody looks for something, even if nothing was known of it yet
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  }))
    input.setAttribute(name, value);

  const isOpen = () => list.isConnected && !list.hidden;
  const close = () => {
    list.remove();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    document.removeEventListener("focusin", closeElsewhere);
    document.removeEventListener("scroll", closeElsewhere, true);
  };
  const leave = () => {
    isWanted = false;
    close();
  };
  const closeElsewhere = (event) => {
    if (event.target !== input && event.target !== list) leave();
  };
  const open = () => {
    shown = input.disabled ? [] : offers(input.value).slice(0, MOST_SEEN);
    const root = input.closest(".sd-root");
    if (shown.length === 0 || !root) {
      close();
      return;
    }
    at = Math.min(at, shown.length - 1);
    if (!isOpen()) {
      root.append(list);
      list.hidden = false;
      document.addEventListener("focusin", closeElsewhere);
      document.addEventListener("scroll", closeElsewhere, true);
    }
    draw();
    place(root);
  };
  const place = (root) => {
    const [box, frame] = [input.getBoundingClientRect(), root.getBoundingClientRect()];
    list.style.minWidth = `${box.width}px`;
    const [tall, wide] = [list.offsetHeight, list.offsetWidth];
    const below = frame.bottom - box.bottom - 6;
    list.style.top = `${(below >= tall || below >= box.top - frame.top ? box.bottom + 2 : box.top - tall - 2) - frame.top}px`;
    list.style.left = `${Math.max(4, Math.min(box.left - frame.left, frame.width - wide - 6))}px`;
  };
  const draw = () => {
    fill(
      list,
      shown.map((one, index) =>
        html(
          "li",
          {
            id: `${id}-${index}`,
            role: "option",
            "aria-selected": String(index === at),
            onpointerdown: (event) => {
              event.preventDefault();
              take(index);
            },
          },
          html("span", {}, one.text),
          one.hint ? html("span", { class: "sd-hint" }, one.hint) : null,
        ),
      ),
    );
    input.setAttribute("aria-expanded", "true");
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `${id}-${at}`);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const take = (index) => {
    const { text, select } = shown[index];
    leave();
    input.value = text;
    input.focus();
    if (select) input.setSelectionRange(...select);
    else input.dispatchEvent(new Event("change"));
  };
  const walk = (step) => {
    if (!isOpen()) {
      isWanted = true;
      opened();
      open();
      if (!isOpen()) return;
    }
    at = at < 0 && step < 0 ? shown.length - 1 : (at + step + shown.length) % shown.length;
    draw();
  };

  input.addEventListener("focus", () => opened());
  input.addEventListener("input", () => {
    at = -1;
    isWanted = true;
    open();
  });
  input.addEventListener("blur", () => {
    leave();
    // what was taken from the list is no typing, for which alone browsers tell of a change
    if (input.committed !== undefined && input.value !== input.committed) input.dispatchEvent(new Event("change"));
  });
  const onKey = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event.key === "ArrowDown" ? 1 : -1);
    else if (isOpen() && event.key === "Escape") leave();
    else if (isOpen() && event.key === "Enter" && at >= 0) take(at);
    else {
      if (event.key === "Enter" || event.key === "Tab") leave();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  input.addEventListener("keydown", onKey, true); // before the field itself takes Enter for its end
  return { refresh: () => isWanted && document.activeElement === input && open() };
}
