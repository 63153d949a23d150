// What the design carries along without drawing it: read only, each fact with its reason and its SQL.

import { fill, html } from "./dom.js";
import { counted } from "./text.js";

/**
 * Return a list of facts; a fact opens to show its SQL.
 * @param {any[]} facts
 */
export function carriedList(facts) {
  return html(
    "ul",
    { class: "sd-carried" },
    facts.map((fact) =>
      html(
        "li",
        {},
        html(
          "details",
          {},
          html(
            "summary",
            {},
            html("span", { class: "sd-kind-mark" }, fact.kind),
            html("b", { class: "sd-code" }, fact.name),
            html("span", { class: "sd-hint" }, fact.reason),
          ),
          fact.sql
            ? html("pre", { class: "sd-sql", tabindex: "0", "aria-label": `SQL of ${fact.name}` }, fact.sql)
            : html("p", { class: "sd-hint" }, "It has no SQL of its own."),
        ),
      ),
    ),
  );
}

/** @type {WeakMap<object, {revision: number, facts: Promise<any[]>}>} */
const carriedFacts = new WeakMap();

/** Return what the design of this revision carries along. @param {import("./store.js").Store} store */
export function carriedOf(store) {
  const revision = store.get("history").revision ?? 0;
  const known = carriedFacts.get(store);
  if (known?.revision === revision) return known.facts;
  const facts = store.get("design").carried
    ? store.ask({ kind: "list_carried" }).then((answer) => answer?.facts ?? [])
    : Promise.resolve([]);
  carriedFacts.set(store, { revision, facts });
  return facts;
}

/** Everything that is carried along, as a panel of the drawer. @param {import("./store.js").Store} store */
export function carriedPanel(store) {
  const words = html("span", { class: "sd-drawer-words", role: "status" });
  const search = html("input", {
    type: "search",
    "aria-label": "Search what is carried along",
    placeholder: "Search",
    spellcheck: "false",
  });
  const list = html("div", {});
  const element = html(
    "section",
    { class: "sd-panel", "aria-label": "Carried along" },
    html("div", { class: "sd-panel-bar" }, words, html("div", { class: "sd-find" }, search)),
    list,
  );
  let facts = [];
  const show = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = facts.filter((fact) =>
      wanted.every((word) => `${fact.kind} ${fact.name} ${fact.sql}`.toLowerCase().includes(word)),
    );
    words.textContent = `${counted(found.length, "fact")} not drawn, kept exactly, and deployed with the rest`;
    fill(list, carriedList(found.slice(0, 500)));
  };
  const draw = async () => {
    if (store.view.drawer !== "carried") return;
    facts = await carriedOf(store);
    show();
  };
  search.addEventListener("input", show);
  store.on("drawer", draw);
  store.on("history", draw);
  return { element };
}

/**
 * Fill a place with what is carried along for one entity, once it is known.
 * @param {import("./store.js").Store} store @param {any} entity
 */
export function carriedSection(store, entity) {
  const place = html("section", { class: "sd-section" });
  if (!store.get("design").carried) return place;
  carriedOf(store).then((facts) => {
    const own = facts.filter((fact) => fact.entity_id === entity.id);
    if (own.length === 0) return;
    fill(
      place,
      html(
        "header",
        {},
        html("h4", {}, "Carried along", html("span", { class: "sd-count" }, own.length)),
      ),
      html("p", { class: "sd-hint" }, "Kept exactly as it is in PostgreSQL; not drawn or edited here."),
      carriedList(own),
    );
  });
  return place;
}
