// Copies of what is selected: beside the originals, and as text on the clipboard that any designer takes.
// Only the page's own copy and paste events are used, which need no permission.

/** What the kernel adds to an entity's document for the page. */
const SHOWN_ONLY = new Set(["qualified_name", "added", "foreign_keys"]);

/**
 * Return a part of a design as text: entities, the relationships among them, and the types that they name.
 * @param {any} design @param {Iterable<string>} ids @param {(id: string) => {x: number, y: number} | null} placeOf
 */
export function partText(design, ids, placeOf) {
  const chosen = new Set(ids);
  const without = (names, value) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
  const entities = design.entities
    .filter((entity) => chosen.has(entity.id))
    .map((entity) => ({
      ...without(SHOWN_ONLY, entity),
      attributes: entity.attributes.map((attribute) => without(new Set(["type"]), attribute)),
      position: placeOf(entity.id),
    }));
  if (entities.length === 0) return "";
  const types = entities.flatMap((entity) => entity.attributes.map((attribute) => attribute.data_type.replaceAll('"', "").split(".").pop()));
  const named = (collection) => (design[collection] ?? []).filter((one) => types.includes(one.name));
  const among = design.relationships.filter((one) => chosen.has(one.source_entity_id) && chosen.has(one.target_entity_id));
  return JSON.stringify({ schema_designer: 1, entities, relationships: among, enums: named("enums"), domains: named("domains") }, null, 1);
}

/**
 * Listen to copy, paste and Ctrl + D while the canvas has the keyboard; returns the function that stops it.
 * @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} root
 */
export function clipboardOf(canvas, root) {
  const { store } = canvas;
  /** @type {{clientX: number, clientY: number} | null} Where the pointer was last, if it is over the canvas. */
  let pointer = null;
  const isHere = () => {
    const active = document.activeElement;
    return canvas.element.contains(active) && !/^(INPUT|TEXTAREA|SELECT)$/.test(active?.tagName ?? "");
  };
  const chosen = () => {
    const ids = [...store.view.entities].filter((id) => store.entity(id));
    return ids.length || !canvas.focused || !store.entity(canvas.focused) || store.view.relationship ? ids : [canvas.focused];
  };
  const adopted = (answer, words) => {
    if (!answer) return;
    store.select({ entities: answer.entity_ids, origin: "canvas" });
    canvas.focusCard(answer.entity_ids[0]);
    canvas.reveal(answer.entity_ids[0]);
    store.tell(`${words}: ${answer.told.slice(0, 4).join(", ")}${answer.told.length > 4 ? " and more" : ""}`);
  };
  const copy = (event) => {
    if (!isHere() || !event.clipboardData) return;
    const place = (id) => {
      const card = canvas.cards.get(id)?.card;
      return card ? { x: card.x, y: card.y } : null;
    };
    const ids = chosen();
    const text = partText(store.get("design"), ids, place);
    if (!text) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    store.tell(`Copied: ${ids.slice(0, 4).map((id) => store.entity(id)?.name).join(", ")}${ids.length > 4 ? " and more" : ""}`);
  };
  const paste = async (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!isHere() || store.isReadOnly || !text.trim()) return;
    event.preventDefault();
    const box = canvas.surface.getBoundingClientRect();
    const at = canvas.pointOf(pointer ?? { clientX: box.left + box.width / 3, clientY: box.top + box.height / 3 });
    adopted(await store.ask({ kind: "paste", text, x: Math.round(at.x), y: Math.round(at.y) }), "Pasted");
  };
  const duplicate = async (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "d" || !isHere() || store.isReadOnly) return;
    event.preventDefault();
    event.stopPropagation();
    const ids = chosen();
    if (ids.length) adopted(await store.ask({ kind: "duplicate_part", entity_ids: ids }), "Duplicated");
  };
  canvas.surface.addEventListener("pointermove", (event) => (pointer = event));
  canvas.surface.addEventListener("pointerleave", () => (pointer = null));
  // the focused card is no editable text, so that the page's events may begin at its body
  document.addEventListener("copy", copy);
  document.addEventListener("paste", paste);
  root.addEventListener("keydown", duplicate, true);
  return () => {
    document.removeEventListener("copy", copy);
    document.removeEventListener("paste", paste);
  };
}
