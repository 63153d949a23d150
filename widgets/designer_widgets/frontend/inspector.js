// The inspector: everything about what is selected. One entity has tabs; a relationship its form; nothing, the design.

import { fill, html, uniqueId } from "./dom.js";
import { attributeGrid } from "./attribute_grid.js";
import { entitySettings } from "./entity_settings.js";
import { keepFocus } from "./field.js";
import { icon } from "./icons.js";
import { manyEntities } from "./many_entities.js";
import { overview } from "./overview.js";
import { ownFindings } from "./own_findings.js";
import { partsTab } from "./parts_tab.js";
import { relationshipEditor } from "./relationship_builder.js";
import { relationshipsTab } from "./relationships_tab.js";
import { traitsTab } from "./traits_tab.js";

const TABS = [
  ["attributes", "Attributes"],
  ["relationships", "Relations"],
  ["keys", "Keys & indexes"],
  ["traits", "Traits"],
  ["entity", "Entity"],
];

/** @param {import("./store.js").Store} store @param {any} actions */
export function inspector(store, actions) {
  const body = html("div", { class: "sd-side-body" });
  const head = html("div", { class: "sd-side-head" });
  const tabs = html("div", { class: "sd-tabs", role: "tablist", "aria-label": "Inspector" });
  const element = html("aside", { class: "sd-side sd-right", "aria-label": "Inspector" }, head, tabs, ownFindings(store).element, body);
  const panel = uniqueId("tab-panel");
  body.id = panel;
  let shown = "";
  let isStale = false;

  const draw = () => {
    isStale = element.hidden;
    if (isStale) return; // nobody looks; it is drawn when it is opened
    const entity = store.current;
    const relationship = store.view.relationship ? store.relationship(store.view.relationship) : null;
    tabs.hidden = !entity;
    body.setAttribute("role", entity ? "tabpanel" : "region");
    const now = entity ? `${entity.id}/${store.view.tab}` : (relationship?.id ?? [...store.view.entities].join(" "));
    const redraw = () => {
      if (entity) drawEntity(entity);
      else if (relationship) drawRelationship(relationship);
      else if (store.view.entities.size > 1) drawMany();
      else drawNothing();
    };
    if (now === shown) keepFocus(body, redraw);
    else {
      redraw();
      body.scrollTop = 0;
    }
    shown = now;
    body.querySelector(".sd-grid-row.sd-selected")?.scrollIntoView({ block: "nearest" });
  };

  const drawEntity = (entity) => {
    const kind = entity.is_abstract ? "abstract entity" : "table";
    fill(head, icon("table"), html("h2", { title: entity.qualified_name }, entity.qualified_name), html("span", { class: "sd-kind" }, kind));
    fill(
      tabs,
      ...TABS.map(([name, label]) =>
        html(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(name === store.view.tab),
            "aria-controls": panel,
            tabindex: name === store.view.tab ? "0" : "-1",
            data: { tab: name },
            onclick: () => store.showTab(name),
          },
          label,
        ),
      ),
    );
    const content = {
      attributes: () => attributeGrid(store, entity),
      relationships: () => relationshipsTab(store, entity, actions),
      keys: () => partsTab(store, entity),
      traits: () => traitsTab(store, entity),
      entity: () => entitySettings(store, entity, actions),
    }[store.view.tab];
    fill(body, content());
  };
  const drawRelationship = (relationship) => {
    fill(head, icon("link"), html("h2", {}, relationship.name ?? "Relationship"));
    fill(body, relationshipEditor(store, relationship));
  };
  const drawMany = () => {
    const chosen = [...store.view.entities].map((id) => store.entity(id)).filter(Boolean);
    fill(head, icon("table"), html("h2", {}, `${chosen.length} entities`));
    fill(body, manyEntities(store, chosen, actions));
  };
  const drawNothing = () => {
    fill(head, icon("info"), html("h2", {}, store.get("design").name ?? ""));
    fill(body, overview(store));
  };
  tabs.addEventListener("keydown", (event) => walkTabs(store, tabs, event));
  store.on("design", draw);
  store.on("selection", draw);
  store.on("tab", draw);
  store.on("settings", draw);
  store.on("sides", () => isStale && draw());
  store.on("focus-inspector", () =>
    /** @type {any} */ (body.querySelector("input, select, textarea, button"))?.focus(),
  );
  store.on("focus-new-attribute", () =>
    /** @type {any} */ (body.querySelector("[data-focus='new-attribute']"))?.focus(),
  );
  draw();
  return { element };
}

/** Arrows walk over the tabs. */
function walkTabs(store, tabs, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const names = TABS.map(([name]) => name);
  const next = names[(names.indexOf(store.view.tab) + step + names.length) % names.length];
  store.showTab(next);
  tabs.querySelector(`[data-tab="${next}"]`)?.focus();
  event.preventDefault();
}
