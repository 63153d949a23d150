// What a person has arranged, kept by their browser for each project: widths, heights, what is open. It is no part of
// the design, and a page may keep its storage closed; nothing is remembered then.

/** @param {import("./store.js").Store} store @param {string} what */
function memoryKey(store, what) {
  return `schema-designer.${what}.${store.get("history").file ?? ""}`;
}

/** Return what is remembered under a name. @param {import("./store.js").Store} store @param {string} what @returns {Record<string, any>} */
export function recall(store, what) {
  try {
    const known = JSON.parse(window.localStorage.getItem(memoryKey(store, what)) ?? "{}");
    return typeof known === "object" && known !== null ? known : {};
  } catch {
    return {};
  }
}

/** @param {import("./store.js").Store} store @param {string} what @param {Record<string, any>} memory */
export function remember(store, what, memory) {
  try {
    window.localStorage.setItem(memoryKey(store, what), JSON.stringify(memory));
  } catch {
    // a page may keep its storage closed
  }
}
