// The attributes of an entity as a grid of real inputs; a refusal stands under its row.

import { button, fill, html, uniqueId } from "./dom.js";
import { checkBox, choice, describe, field, problemLine, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { judgedLine } from "./judged_field.js";
import { columnHintFields } from "./sample_hints.js";
import { typeInput } from "./type_field.js";

/** The columns of the grid: the key of their cells, their title, what they mean. */
const COLUMNS = [
  ["name", "Name", "sd-left-cell", "The column's name, up to 63 bytes: customer_id"],
  ["type", "Type", "sd-left-cell", "A type of PostgreSQL or of this design: varchar(255), numeric(12,2), text[]"],
  ["pk", "PK", "", "Primary key: what a row is known by; several make a composite key"],
  ["nn", "NN", "", "Not null: every row has a value"],
  ["uq", "UQ", "", "Unique: no two rows have the same value"],
  ["default", "Default", "sd-left-cell", "What a new row gets if nothing is given, an expression of SQL: now(), 0, 'new'"],
];

/**
 * @param {import("./store.js").Store} store @param {any} entity
 * @returns {Node[]}
 */
export function attributeGrid(store, entity) {
  const helps = Object.fromEntries(COLUMNS.map(([name]) => [name, uniqueId("column")]));
  const body = html("div", { class: "sd-grid-body", role: "rowgroup" });
  const grid = html(
    "div",
    { class: "sd-grid", role: "table", "aria-label": `Attributes of ${entity.name}` },
    html(
      "div",
      { class: "sd-grid-row sd-grid-head", role: "row" },
      COLUMNS.map(([name, label, kind, help]) =>
        html(
          "div",
          { role: "columnheader", class: kind, title: help },
          label,
          html("span", { class: "sd-explained", id: helps[name] }, help),
        ),
      ),
      html("div", { role: "columnheader", "aria-label": "More" }),
    ),
    body,
  );
  entity.attributes.forEach((attribute, index) =>
    body.append(...attributeRow(store, entity, attribute, index, helps)),
  );
  for (const attribute of entity.added ?? []) body.append(addedRow(attribute));
  return [grid, store.isReadOnly ? null : addLine(store, entity)].filter(Boolean);
}

/**
 * @param {import("./store.js").Store} store
 * @param {any} entity
 * @param {any} attribute
 * @param {number} index
 * @param {Record<string, string>} helps Ids of what explains each column.
 */
function attributeRow(store, entity, attribute, index, helps) {
  const disabled = store.isReadOnly;
  const isChosen = store.view.attribute === attribute.id;
  const problem = problemLine(html("span"));
  const change = (changes) => (value, control) =>
    sendFrom(
      store,
      control,
      store.editing({
        kind: "change_attribute",
        entity_id: entity.id,
        attribute_id: attribute.id,
        changes: changes(value),
      }),
    );
  const cell = (control, name) => {
    control.problemLine = problem;
    describe(control, helps[name]);
    describe(control, problem.id);
    control.dataset.focus = `${attribute.id}.${name}`;
    return html("div", { role: "cell" }, control);
  };
  const of = attribute.name;
  const type = typeInput(store, {
    value: attribute.type,
    label: `Type of ${of}`,
    disabled,
    class: "sd-type-input",
    commit: change((data_type) => ({ data_type: data_type.trim() })),
  });
  const standard = defaultInput(attribute, disabled, change);
  const said = html(
    "div",
    { role: "row", class: "sd-grid-said" },
    html(
      "div",
      { role: "cell" },
      judgedLine(store, type, { piece: "type", key: `${attribute.id}.type` }),
      judgedLine(store, standard, {
        key: `${attribute.id}.default`,
        judge: () => ({ entity_id: entity.id, attribute_id: attribute.id, use: "default" }),
      }),
      problem,
    ),
  );
  const cells = [
    cell(
      textInput({
        value: attribute.name,
        label: `Name of ${of}`,
        disabled,
        title: of,
        dir: "auto",
        class: "sd-name-input",
        commit: change((name) => ({ name: name.trim() })),
      }),
      "name",
    ),
    cell(type, "type"),
    cell(
      checkBox({
        value: attribute.is_primary_key,
        label: `Primary key: ${of}`,
        disabled,
        commit: change((on) => (on ? { is_primary_key: true, is_nullable: false } : { is_primary_key: false })),
      }),
      "pk",
    ),
    cell(
      checkBox({
        value: !attribute.is_nullable || attribute.is_primary_key,
        label: `Not null: ${of}`,
        disabled: disabled || attribute.is_primary_key,
        commit: change((on) => ({ is_nullable: !on })),
      }),
      "nn",
    ),
    cell(
      checkBox({
        value: attribute.is_unique,
        label: `Unique: ${of}`,
        disabled,
        commit: change((on) => ({ is_unique: on })),
      }),
      "uq",
    ),
    cell(standard, "default"),
  ];
  const row = html(
    "div",
    { class: `sd-grid-row${isChosen ? " sd-selected" : ""}`, role: "row", data: { attribute: attribute.id } },
    cells,
    html(
      "div",
      { role: "cell", class: "sd-grid-actions" },
      html(
        "button",
        {
          type: "button",
          class: "sd-button sd-button-plain",
          title: `More of ${of}`,
          "aria-label": `More of ${of}`,
          "aria-expanded": String(isChosen),
          data: { focus: `${attribute.id}.more` },
          onclick: () =>
            store.select({ entities: [entity.id], attribute: isChosen ? null : attribute.id, origin: "grid" }),
        },
        icon(isChosen ? "up" : "down", 12),
      ),
    ),
  );
  const parts = [row, said];
  if (isChosen) parts.push(details(store, entity, attribute, index, change));
  return parts;
}

/** The default; an identity or generated attribute says so in its place. */
function defaultInput(attribute, disabled, change) {
  const special = attribute.identity
    ? `identity ${attribute.identity.toLowerCase()}`
    : attribute.generated
      ? `= ${attribute.generated}`
      : null;
  return textInput({
    value: special ?? attribute.default_value ?? "",
    label: `Default of ${attribute.name}`,
    disabled: disabled || special !== null,
    class: "sd-code",
    commit: change((text) => ({ default_value: text.trim() || null })),
  });
}

/** What rarely changes: comment, identity, generated, order, removal. */
function details(store, entity, attribute, index, change) {
  const disabled = store.isReadOnly;
  const key = (control, name) => {
    control.dataset.focus = `${attribute.id}.${name}`;
    return control;
  };
  const description = textInput({
    value: attribute.description,
    label: "Comment",
    disabled,
    commit: change((text) => ({ description: text })),
  });
  const identity = choice({
    value: attribute.identity ?? "",
    label: "Identity",
    disabled,
    options: [["", "no"], "ALWAYS", "BY DEFAULT", "SERIAL"],
    commit: change((value) => ({
      identity: value || null,
      ...(value ? { default_value: null, generated: null, is_nullable: false } : {}),
    })),
  });
  const generated = textInput({
    value: attribute.generated ?? "",
    label: "Generated as",
    class: "sd-code",
    placeholder: "price * quantity",
    disabled,
    commit: change((text) => ({
      generated: text.trim() || null,
      ...(text.trim() ? { default_value: null, identity: null } : {}),
    })),
  });
  const collation = textInput({
    value: attribute.collation ?? "",
    label: "Collation",
    disabled,
    commit: change((text) => ({ collation: text.trim() || null })),
  });
  const move = (to) =>
    store.ask(
      store.editing({ kind: "move_attribute", entity_id: entity.id, attribute_id: attribute.id, position: to }),
    );
  const remove = button({
    icon: icon("remove", 13),
    label: "Remove",
    kind: "danger",
    onclick: () => removeAttribute(store, remove, entity, attribute),
  });
  const judged = judgedLine(store, key(generated, "generated"), {
    key: `${attribute.id}.generated`,
    judge: () => ({ entity_id: entity.id, attribute_id: attribute.id, use: "generated" }),
  });
  const box = html(
    "div",
    { class: "sd-grid-details", role: "cell" },
    field("Comment", key(description, "description"), {
      isWide: true,
      help: "What the attribute means; kept in the database as COMMENT ON COLUMN",
    }),
    field("Identity", key(identity, "identity"), {
      help: "Numbers that the database gives: ALWAYS cannot be overruled, BY DEFAULT can; SERIAL is the older way",
    }),
    field("Collation", key(collation, "collation"), { help: "How texts are sorted and compared: C, en_US, und-x-icu" }),
    field("Generated as", generated, {
      isWide: true,
      help: "Computed from other attributes of the row and stored: price * quantity",
      more: judged,
    }),
    ...columnHintFields(store, entity, attribute),
  );
  if (!disabled) {
    box.append(
      html(
        "div",
        { class: "sd-buttons" },
        button({ icon: icon("up", 13), label: "Up", onclick: () => move(Math.max(0, index - 1)) }),
        button({ icon: icon("down", 13), label: "Down", onclick: () => move(index + 1) }),
        remove,
      ),
      problemLine(remove),
    );
  }
  return html("div", { role: "row" }, box);
}

/** Remove an attribute; if others use it, say who, and offer to remove those too. */
async function removeAttribute(store, control, entity, attribute) {
  const edit = { kind: "remove_attribute", entity_id: entity.id, attribute_id: attribute.id };
  if (await sendFrom(store, control, store.editing(edit))) return;
  const all = button({
    label: "Remove it with all that use it",
    kind: "danger",
    onclick: () => sendFrom(store, control, store.editing({ ...edit, cascade: true })),
  });
  control.problemLine.append(all);
}

/** An attribute that a trait, a relationship or a parent adds. @param {any} attribute */
function addedRow(attribute) {
  return html(
    "div",
    { class: "sd-grid-row sd-grid-added", role: "row", title: `from ${attribute.origin}` },
    html("div", { role: "cell" }, attribute.name),
    html("div", { role: "cell" }, attribute.type),
    [attribute.is_primary_key, !attribute.is_nullable, attribute.is_unique].map((on) =>
      html("div", { role: "cell", class: "sd-centre" }, on ? "✓" : ""),
    ),
    html("div", { role: "cell", class: "sd-origin" }, attribute.origin),
    html("div", { role: "cell" }),
  );
}

/** The line that adds an attribute: a name, or a whole column definition. */
function addLine(store, entity) {
  const input = html("input", {
    type: "text",
    class: "sd-code",
    placeholder: "email varchar(255) unique not null",
    "aria-label": "New attribute",
    spellcheck: "false",
    autocomplete: "off",
    data: { focus: "new-attribute" },
  });
  const hint = uniqueId("hint");
  describe(input, hint);
  input.committed = "";
  const add = async () => {
    const line = input.value.trim();
    if (!line) return;
    const sent = input.value;
    if ((await sendFrom(store, input, { kind: "add_attribute", entity_id: entity.id, line })) && input.value === sent)
      input.value = "";
    // the grid may have been drawn anew by the answer; its own line is the one to clear
    const now = /** @type {any} */ (document.activeElement);
    if (now?.dataset?.focus === "new-attribute" && now.value === sent && now.getAttribute("aria-invalid") !== "true")
      now.value = "";
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") add();
    else if (event.key === "Escape" && !input.value) store.emit("focus-card", entity.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const box = html("div", { class: "sd-add-line" });
  fill(
    box,
    html(
      "div",
      { class: "sd-add-line-row" },
      input,
      button({ icon: icon("add", 13), label: "Add", title: "Add the attribute", kind: "primary", onclick: add }),
    ),
    problemLine(input),
    html("div", { class: "sd-hint", id: hint }, "A name, a type and what holds for it, as in CREATE TABLE. Enter adds it."),
  );
  return box;
}
