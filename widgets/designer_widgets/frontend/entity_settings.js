// Settings of an entity as a whole: name, schema, comment, colour, inheritance, primary key, area.

import { button, html } from "./dom.js";
import { checkBox, choice, field, nameList, problemLine, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { rowsHintField } from "./sample_hints.js";

/**
 * @param {import("./store.js").Store} store @param {any} entity @param {{remove: () => void}} actions
 * @returns {Node[]}
 */
export function entitySettings(store, entity, actions) {
  const disabled = store.isReadOnly;
  const design = store.get("design");
  const change = (changes) => (value, control) =>
    sendFrom(store, control, store.editing({ kind: "change_entity", entity_id: entity.id, changes: changes(value) }));
  const key = (control, name) => {
    control.dataset.focus = `entity.${name}`;
    return control;
  };
  const name = key(
    textInput({ value: entity.name, label: "Name", disabled, commit: change((text) => ({ name: text.trim() })) }),
    "name",
  );
  const schema = key(
    textInput({
      value: entity.schema_name ?? "",
      label: "Schema",
      placeholder: design.default_schema,
      disabled,
      commit: change((text) => ({ schema_name: text.trim() || null })),
    }),
    "schema",
  );
  const comment = html("textarea", {
    rows: "3",
    "aria-label": "Comment",
    disabled,
    data: { focus: "entity.description" },
  });
  comment.value = entity.description;
  comment.addEventListener("change", () => change((text) => ({ description: text }))(comment.value, comment));
  return [
    html("div", { class: "sd-row-of-fields" }, field("Name", name, { help: "The table's name, up to 63 bytes; all that speaks of it follows" }), field("Schema", schema, { help: "The schema it stands in; empty: the default one" })),
    field("Comment", comment, { isWide: true, help: "What a row stands for; kept in the database as COMMENT ON TABLE" }),
    html(
      "div",
      { class: "sd-row-of-fields" },
      field("Colour", colourInput(store, entity, change), { help: "The colour of the card's header" }),
      field("Area", areaChoice(store, entity), { help: "The coloured part of the diagram it belongs to" }),
    ),
    abstractTick(entity, disabled, change),
    inherits(store, entity),
    primaryKeyOrder(store, entity),
    field(
      "Row-level security",
      choice({
        value: entity.row_security,
        label: "Row-level security",
        disabled,
        options: [
          ["OFF", "off"],
          ["ENABLED", "on, except for the owner"],
          ["FORCED", "on, for everyone"],
        ],
        commit: change((row_security) => ({ row_security })),
      }),
      { help: "Whether policies decide which rows somebody sees; see Keys & indexes" },
    ),
    rowsHintField(store, entity),
    disabled
      ? null
      : html(
          "div",
          { class: "sd-buttons" },
          button({ icon: icon("copy", 13), label: "Duplicate", onclick: () => duplicate(store, entity) }),
          button({ icon: icon("remove", 13), label: "Remove entity", kind: "danger", onclick: actions.remove }),
        ),
  ].filter(Boolean);
}

/** @param {import("./store.js").Store} store @param {any} entity */
async function duplicate(store, entity) {
  const answer = await store.ask({ kind: "duplicate", entity_id: entity.id });
  if (answer) store.select({ entities: [answer.entity_id], reveal: true });
}

function abstractTick(entity, disabled, change) {
  const tick = checkBox({
    value: entity.is_abstract,
    label: "Abstract",
    title: "It has no table of its own; entities that inherit from it get its attributes, checks and traits",
    disabled,
    data: { focus: "entity.abstract" },
    commit: change((is_abstract) => ({ is_abstract })),
  });
  return html(
    "div",
    {},
    html("label", { class: "sd-tick" }, tick, "abstract: no table of its own, others inherit its attributes"),
    problemLine(tick),
  );
}

/** @param {import("./store.js").Store} store @param {any} entity @param {any} change */
function colourInput(store, entity, change) {
  const card = (store.get("picture").cards ?? []).find((one) => one.id === entity.id);
  const input = html("input", {
    type: "color",
    value: entity.colour ?? card?.colour ?? "#6b7a90",
    "aria-label": "Colour",
    disabled: store.isReadOnly,
    data: { focus: "entity.colour" },
  });
  input.addEventListener("change", () => change((colour) => ({ colour }))(input.value, input));
  return input;
}

/** @param {import("./store.js").Store} store @param {any} entity */
function areaChoice(store, entity) {
  const areas = store.get("design").areas ?? [];
  const mine = areas.find((area) => area.members.includes(entity.id));
  const control = choice({
    value: mine?.id ?? "",
    label: "Area",
    disabled: store.isReadOnly,
    options: [
      ["", "none"],
      ...areas.map((area) => /** @type {[string, string]} */ ([area.id, area.name])),
      ["new", "new area…"],
    ],
    commit: (area) =>
      sendFrom(store, control, {
        kind: "set_area",
        entity_ids: [entity.id],
        area_id: area === "new" || area === "" ? null : area,
        is_new: area === "new",
      }),
  });
  return control;
}

/** @param {import("./store.js").Store} store @param {any} entity */
function inherits(store, entity) {
  const abstract = (store.get("design").entities ?? []).filter((one) => one.is_abstract && one.id !== entity.id);
  if (abstract.length === 0) return null;
  const ids = new Map(abstract.map((one) => [one.qualified_name, one.id]));
  const ticked = abstract.filter((one) => entity.inherits.includes(one.id)).map((one) => one.qualified_name);
  const list = nameList("Inherits", [...ids.keys()], ticked, () =>
    sendFrom(
      store,
      list,
      store.editing({
        kind: "change_entity",
        entity_id: entity.id,
        changes: { inherits: list.read().map((name) => ids.get(name)) },
      }),
    ),
    "Abstract entities whose attributes, checks and traits it gets",
  );
  if (store.isReadOnly) list.disabled = true;
  return html("div", {}, list, problemLine(list));
}

/** The order of a composite key. @param {import("./store.js").Store} store @param {any} entity */
function primaryKeyOrder(store, entity) {
  const marked = entity.attributes.filter((attribute) => attribute.is_primary_key).map((attribute) => attribute.name);
  if (marked.length < 2) return null;
  const order = entity.primary_key.length ? entity.primary_key : marked;
  const control = textInput({
    value: order.join(", "),
    label: "Order of the primary key",
    disabled: store.isReadOnly,
    commit: (text) =>
      sendFrom(
        store,
        control,
        store.editing({
          kind: "change_entity",
          entity_id: entity.id,
          changes: {
            primary_key: text
              .split(",")
              .map((name) => name.trim())
              .filter(Boolean),
          },
        }),
      ),
  });
  return field("Order of the primary key", control, { isWide: true, help: "The attributes of the key, the one that is looked up most first" });
}
