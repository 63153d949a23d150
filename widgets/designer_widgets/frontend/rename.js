// Renaming a card where it stands: an input over its title.

import { html } from "./dom.js";
import { problemLine, sendFrom } from "./field.js";
import { toScreen } from "./geometry.js";

/**
 * Open an input over a card's title.
 * @param {import("./canvas.js").Canvas} canvas @param {string} entityId
 * @param {() => void} [next] What follows when Enter has confirmed the name; by default the card gets the keyboard.
 */
export function renameCard(canvas, entityId, next) {
  const { store } = canvas;
  const entity = store.entity(entityId);
  const known = canvas.cards.get(entityId);
  if (!entity || !known || store.isReadOnly) return;
  canvas.element.querySelector(".sd-rename")?.remove();
  const input = html("input", {
    type: "text",
    value: entity.name,
    "aria-label": `Name of ${entity.name}`,
    spellcheck: "false",
    autocomplete: "off",
  });
  const box = html("div", { class: "sd-rename" }, input, problemLine(input));
  const place = () => {
    const corner = toScreen(canvas.view, known.card);
    const scale = Math.max(canvas.view.scale, 0.7);
    box.style.left = `${corner.x + 4 * scale}px`;
    box.style.top = `${corner.y + 6 * scale}px`;
    input.style.width = `${Math.max(140, (known.card.width - 10) * scale)}px`;
    input.style.fontSize = `${Math.max(12, 14 * scale)}px`;
  };
  const stop = store.on("view", place);
  let isDone = false;
  const close = (refocus) => {
    if (isDone) return;
    isDone = true;
    stop();
    box.remove();
    if (refocus) canvas.focusCard(entityId);
  };
  const settle = (refocus) => {
    close(refocus && !next);
    if (refocus) next?.();
  };
  const commit = async (refocus) => {
    const name = input.value.trim();
    if (isDone) return;
    if (name === entity.name || name === "") {
      settle(refocus);
      return;
    }
    const answer = await sendFrom(store, input, store.editing({ kind: "rename_entity", entity_id: entityId, name }));
    if (answer) settle(refocus);
    else input.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit(true);
    else if (event.key === "Escape") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => {
    if (input.getAttribute("aria-invalid") === "true") close(false);
    else commit(false);
  });
  canvas.element.append(box);
  place();
  input.focus();
  input.select();
}
