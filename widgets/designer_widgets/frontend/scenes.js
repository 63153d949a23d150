// What this view shows: everything, a saved diagram, what is around entities, or the ways between two. It is the view's
// own; a saved diagram itself is data of the design.

/** @typedef {import("./store.js").Store} Store */

/** The kind of what is dragged from the entity list to the canvas. */
export const CARRIED_ENTITY = "application/x-designer-entity";

/** Return what is known of the part that is shown, or `null` if it is everything. @param {Store} store */
export function sceneOf(store) {
  return store.get("picture").scene ?? null;
}

/** Whether something stands on what is shown. @param {Store} store @param {string} id */
export function isShown(store, id) {
  return (store.get("picture").cards ?? []).some((card) => card.id === id);
}

/**
 * Show something else in this view; each part is seen again as it was left.
 * @param {Store} store @param {import("./canvas.js").Canvas} canvas
 * @param {{what: "all" | "diagram" | "focus" | "ways", diagram_id?: string, entity_ids?: string[], distance?: number}} what
 * @returns {Promise<boolean>} Whether it is shown.
 */
export async function showScene(store, canvas, what) {
  const changing = (canvas.sceneChanging = {}); // the picture of what was shown goes before the answer comes
  const answer = await store.ask({ kind: "show", view: store.prefix, ...what });
  if (canvas.sceneChanging === changing) canvas.sceneChanging = null;
  if (!answer) return false;
  leaveScene(store, canvas, answer.scene);
  return true;
}

/** @param {Store} store @param {import("./canvas.js").Canvas} canvas @param {string} key */
function leaveScene(store, canvas, key) {
  const before = store.view.scene;
  if (before === key) return;
  const views = (canvas.sceneViews ??= new Map());
  views.set(before, canvas.view);
  store.view.scene = key;
  store.emit("picture", store.get("picture"));
  store.emit("scene", key);
  const known = views.get(key);
  if (known) canvas.setView(known);
  else canvas.fit();
  const scene = sceneOf(store);
  store.emit("announce", scene ? `Shown: ${scene.name}` : "Everything is shown");
}

/** Follow the kernel's pictures of parts; one that has gone is left. @param {Store} store @param {import("./canvas.js").Canvas} canvas */
export function followScenes(store, canvas) {
  store.on("scenes", () => {
    if (!store.view.scene || canvas.sceneChanging) return;
    if (store.get("scenes")?.[store.view.scene]) store.emit("picture", store.get("picture"));
    else {
      leaveScene(store, canvas, "");
      store.ask({ kind: "show", view: store.prefix, what: "all" });
      store.tell("What was shown is not there any more. Everything is shown.");
    }
  });
}

/**
 * Tell that what was added does not stand on the part that is shown, and offer to show everything.
 * @param {Store} store @param {import("./canvas.js").Canvas} canvas @param {string} told What was done.
 * @returns {boolean} Whether it was told; not where everything is shown, also what is to come.
 */
export function tellNotHere(store, canvas, told) {
  const scene = sceneOf(store);
  const saved = (store.get("design").diagrams ?? []).find((one) => one.id === scene?.diagram_id);
  if (!scene || (saved && !saved.members)) return false;
  store.emit("message", {
    severity: "info",
    what: `${told} What was added is not ${saved ? "on this diagram" : "in what is shown"}.`,
    action: { label: "Show everything", run: () => showScene(store, canvas, { what: "all" }) },
  });
  return true;
}

/** Show what is around the selection. @param {Store} store @param {import("./canvas.js").Canvas} canvas @param {number} [distance] */
export function focusOnSelection(store, canvas, distance = 1) {
  const scene = sceneOf(store);
  const chosen = [...store.view.entities];
  const ids = chosen.length || scene?.what !== "focus" ? chosen : scene.entity_ids;
  return showScene(store, canvas, { what: "focus", entity_ids: ids, distance });
}

/** Show the shortest ways between the two selected. @param {Store} store @param {import("./canvas.js").Canvas} canvas */
export function waysBetweenSelected(store, canvas) {
  return showScene(store, canvas, { what: "ways", entity_ids: [...store.view.entities] });
}

/**
 * Select something and bring it into view; if what is shown does not hold it, everything is shown.
 * @param {Store} store @param {import("./canvas.js").Canvas} canvas
 * @param {{card: string, relationship?: string | null, attribute?: string | null}} place
 */
export async function jumpTo(store, canvas, { card, relationship = null, attribute = null }) {
  if (store.view.scene && !isShown(store, card)) await showScene(store, canvas, { what: "all" });
  store.select({ entities: relationship ? [] : [card], relationship, attribute, origin: "canvas" });
  canvas.reveal(card);
  canvas.focusCard(card);
}
