// The database that is deployed to: the project's own, or another one that is typed here. What is typed may hold a
// password: it is sent once, and not kept.

import { button, html } from "./dom.js";
import { field, sendFrom } from "./field.js";

/** @param {import("./store.js").Store} store */
export function targetChoice(store) {
  const input = html("input", {
    type: "text",
    class: "sd-code",
    "aria-label": "Another database",
    placeholder: "postgresql://user:password@host:5432/database",
    autocomplete: "off",
    spellcheck: "false",
  });
  const use = async (place) => {
    if (!(await sendFrom(store, input, { kind: "choose_target", place }))) return;
    input.value = "";
    box.hidden = true;
    other.focus();
  };
  const box = html(
    "div",
    { class: "sd-inline-form", hidden: true },
    field("Name of a database, or URL", input, { hint: "A password stays in the kernel and is not saved." }),
    html(
      "div",
      { class: "sd-buttons" },
      button({ label: "Use it", kind: "primary", onclick: () => input.value.trim() && use(input.value) }),
      button({
        label: "Test connection",
        onclick: () => sendFrom(store, input, { kind: "try_target", place: input.value }),
      }),
    ),
  );
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && input.value.trim()) use(input.value);
    else if (event.key === "Escape") toggle(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const toggle = (isOpen) => {
    box.hidden = !isOpen;
    other.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? input : other).focus();
  };
  const other = button({ label: "Another database…", "aria-expanded": "false", onclick: () => toggle(box.hidden) });
  const own = button({ label: "Back to the project's own", onclick: () => use("") });
  const element = html("div", {}, html("div", { class: "sd-buttons sd-target-buttons" }, other, own), box);
  const draw = () => {
    const settings = store.get("settings");
    element.hidden = !settings.can_choose_target;
    own.hidden = Boolean(settings.has_own_target);
  };
  return { element, draw };
}
