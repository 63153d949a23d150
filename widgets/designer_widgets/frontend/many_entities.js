// Several entities at once: what is changed here is changed for all of them, and one undo takes it back.

import { button, fill, html } from "./dom.js";
import { choice, explain, field, problemLine, sendFrom } from "./field.js";
import { formOf } from "./form.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";
import { TRAIT_KINDS } from "./trait_kinds.js";

/**
 * @param {import("./store.js").Store} store @param {any[]} entities @param {{remove: () => void}} actions
 * @returns {Node[]}
 */
export function manyEntities(store, entities, actions) {
  const list = html(
    "details",
    { class: "sd-many-list" },
    html("summary", {}, entities.map((entity) => entity.name).join(", ")),
    html(
      "ul",
      { class: "sd-entries" },
      entities.map((entity) =>
        html(
          "li",
          {},
          button({
            label: entity.qualified_name,
            onclick: () => store.select({ entities: [entity.id], reveal: true }),
          }),
        ),
      ),
    ),
  );
  if (store.isReadOnly) return [list];
  const ids = entities.map((entity) => entity.id);
  const remove = button({
    icon: icon("remove", 13),
    label: `Remove ${counted(entities.length, "entity", "entities")}`,
    kind: "danger",
    onclick: actions.remove,
  });
  return [
    list,
    html("p", { class: "sd-hint" }, "What is set here is set for all of them; one undo takes it back."),
    html("div", { class: "sd-row-of-fields" }, schemaField(store, entities, ids), areaField(store, ids)),
    html("div", { class: "sd-row-of-fields" }, colourField(store, entities, ids), securityField(store, entities, ids)),
    lineField(store, {
      label: "Add an attribute to all",
      placeholder: "created_at timestamptz not null default now()",
      help: "As in CREATE TABLE: a name, a type and what holds for it; who has one of that name keeps it",
      intent: (line) => ({ kind: "attribute_to_many", entity_ids: ids, line }),
      isCode: true,
    }),
    sharedAttributes(store, entities, ids),
    lineField(store, {
      label: "Begin all comments with",
      placeholder: "Billing: ",
      help: "Put before the comments of the entities; those that begin so already stay as they are",
      intent: (prefix) => ({ kind: "comment_many", entity_ids: ids, prefix }),
      isExact: true,
    }),
    lineField(store, {
      label: "Begin all names with",
      placeholder: "billing_",
      help: "Put before the names of the entities; all that speaks of them follows",
      intent: (before) => ({ kind: "rename_many", entity_ids: ids, before }),
    }),
    html("h4", {}, "Traits"),
    ...TRAIT_KINDS.map((spec) => traitOfMany(store, entities, ids, spec)),
    html("div", { class: "sd-buttons" }, remove),
  ].filter(Boolean);
}

/** What all entities have alike, or nothing. @param {any[]} entities @param {string} name */
function alike(entities, name) {
  const values = new Set(entities.map((entity) => entity[name] ?? ""));
  return values.size === 1 ? [...values][0] : null;
}

/** Send an intent, and tell what of it was left out. */
async function sendMany(store, control, intent) {
  const answer = await sendFrom(store, control, intent);
  if (answer?.told) store.tell(answer.told);
  return answer;
}

function schemaField(store, entities, ids) {
  const now = alike(entities, "schema_name");
  const control = html("input", {
    type: "text",
    value: now ?? "",
    placeholder: now === null ? "different ones" : store.get("design").default_schema,
    "aria-label": "Schema of all",
    spellcheck: "false",
    data: { focus: "many.schema" },
  });
  control.committed = control.value;
  control.addEventListener("change", () =>
    sendMany(store, control, { kind: "change_many", entity_ids: ids, changes: { schema_name: control.value.trim() || null } }),
  );
  return field("Schema", control, { help: "The schema that all of them stand in; empty: the default one" });
}

function areaField(store, ids) {
  const areas = store.get("design").areas ?? [];
  const home = new Set(ids.map((id) => areas.find((area) => area.members.includes(id))?.id ?? ""));
  const control = choice({
    value: home.size === 1 ? [...home][0] : "…",
    label: "Area of all",
    options: [
      ...(home.size === 1 ? [] : [/** @type {[string, string]} */ (["…", "different ones"])]),
      ["", "none"],
      ...areas.map((area) => /** @type {[string, string]} */ ([area.id, area.name])),
      ["new", "new area…"],
    ],
    commit: (area) => {
      if (area === "…") return;
      sendMany(store, control, {
        kind: "set_area",
        entity_ids: ids,
        area_id: area === "new" || area === "" ? null : area,
        is_new: area === "new",
      });
    },
  });
  control.dataset.focus = "many.area";
  return field("Area", control, { help: "The coloured part of the diagram that all of them belong to" });
}

function colourField(store, entities, ids) {
  const control = html("input", {
    type: "color",
    value: alike(entities, "colour") || "#6b7a90",
    "aria-label": "Colour of all",
    data: { focus: "many.colour" },
  });
  control.addEventListener("change", () =>
    sendMany(store, control, { kind: "change_many", entity_ids: ids, changes: { colour: control.value } }),
  );
  return field("Colour", control, { help: "The colour of the headers of all their cards" });
}

function securityField(store, entities, ids) {
  const now = alike(entities, "row_security");
  const control = choice({
    value: now ?? "…",
    label: "Row-level security of all",
    options: [
      ...(now === null ? [/** @type {[string, string]} */ (["…", "different"])] : []),
      ["OFF", "off"],
      ["ENABLED", "on, except for the owner"],
      ["FORCED", "on, for everyone"],
    ],
    commit: (row_security) => {
      if (row_security !== "…")
        sendMany(store, control, { kind: "change_many", entity_ids: ids, changes: { row_security } });
    },
  });
  control.dataset.focus = "many.security";
  return field("Row-level security", control, { help: "Whether policies decide which rows somebody sees" });
}

/** A line that is sent with Enter or a button. */
function lineField(store, { label, placeholder, help, intent, isCode = false, isExact = false }) {
  const control = html("input", {
    type: "text",
    class: isCode ? "sd-code" : null,
    placeholder,
    "aria-label": label,
    spellcheck: "false",
    autocomplete: "off",
    data: { focus: `many.${label}` },
  });
  const send = async () => {
    const typed = isExact ? control.value : control.value.trim();
    if (!typed.trim()) return;
    if (await sendMany(store, control, intent(typed))) control.value = "";
  };
  control.committed = "";
  control.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send();
  });
  const holder = field(label, control, { isWide: true, help });
  const go = button({ label: "Apply", title: label, onclick: send });
  const row = html("div", { class: "sd-add-line-row" });
  control.replaceWith(row);
  row.append(control, go);
  return holder;
}

/** Attributes that several of them have, to be taken from all. */
function sharedAttributes(store, entities, ids) {
  const counts = new Map();
  for (const entity of entities)
    for (const { name } of entity.attributes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].filter(([, count]) => count > 1).sort(([a], [b]) => a.localeCompare(b));
  if (names.length === 0) return null;
  const control = choice({
    value: "",
    label: "Remove an attribute of all",
    options: [
      ["", "choose one…"],
      ...names.map(([name, count]) => /** @type {[string, string]} */ ([name, `${name} (${count} of ${entities.length})`])),
    ],
    commit: async (name) => {
      if (name && !(await sendMany(store, control, { kind: "attribute_from_many", entity_ids: ids, name })))
        control.value = "";
    },
  });
  control.dataset.focus = "many.remove";
  return field("Remove an attribute of all", control, {
    isWide: true,
    help: "Attributes that more than one of them have; it is taken from each that has it",
  });
}

/** A trait of several entities: how many have it, to give it to all, to take it from all. */
function traitOfMany(store, entities, ids, spec) {
  const having = entities.filter((entity) => entity.traits.some((trait) => trait.kind === spec.kind)).length;
  const place = html("div", {});
  const send = (control, trait) => sendMany(store, control, { kind: "trait_of_many", entity_ids: ids, trait_kind: spec.kind, trait });
  const open = () => {
    const first = entities[0];
    const shared = [...first.attributes, ...(first.added ?? [])]
      .map((attribute) => attribute.name)
      .filter((name) =>
        entities.every((entity) => [...entity.attributes, ...(entity.added ?? [])].some((one) => one.name === name)),
      );
    const others = (store.get("design").entities ?? [])
      .filter((one) => !one.is_abstract)
      .map((one) => /** @type {[string, string]} */ ([one.id, one.qualified_name]));
    const known = entities.map((entity) => entity.traits.find((trait) => trait.kind === spec.kind)).find(Boolean);
    const form = formOf(spec.fields, known ?? {}, { attributes: shared, entities: others });
    const save = button({
      label: `Make all ${spec.title.toLowerCase()}`,
      kind: "primary",
      onclick: async () => {
        if (await send(save, form.read())) fill(place);
      },
    });
    const cancel = button({ label: "Cancel", onclick: () => fill(place) });
    fill(
      place,
      html(
        "div",
        { class: "sd-inline-form" },
        form.element,
        problemLine(save),
        html("div", { class: "sd-buttons" }, save, cancel),
      ),
    );
    /** @type {any} */ (place.querySelector("input, select, button"))?.focus();
  };
  const give = button({ label: "Give all", title: `Make all ${spec.title.toLowerCase()}`, onclick: open });
  const take = having
    ? button({ label: "Take away", title: `${spec.title}: take it from all`, onclick: () => send(take, null) })
    : null;
  const words = html("span", { class: "sd-hint" }, having ? `${having} of ${entities.length}` : "none");
  return html(
    "div",
    { class: "sd-many-trait", data: { trait: spec.kind } },
    html("div", { class: "sd-many-trait-row" }, html("b", {}, spec.title), words, give, explain(give, spec.words), take),
    take ? problemLine(take) : null,
    place,
  );
}
