// Building and changing relationships: from a dialog, and in the inspector.

import { button, fill, html, svg } from "./dom.js";
import { endChoices, fittingEnds, REFERENTIAL_ACTIONS, RELATIONSHIP_TYPES, spokenRelationship } from "./cardinality.js";
import { crowsFoot } from "./crowsfoot.js";
import { showDialog } from "./dialog.js";
import { checkBox, choice, field, problemLine, sendFrom } from "./field.js";
import { icon } from "./icons.js";

const START = {
  relationship_type: "ONE_TO_MANY",
  source_cardinality: "1",
  target_cardinality: "0..N",
  on_delete_action: "NO ACTION",
  on_update_action: "NO ACTION",
  source_attributes: [],
  target_attributes: [],
  name: null,
  junction_name: null,
  deferrable: "",
  match_full: false,
};

/** What each field means. */
const FIELD_HELP = {
  relationship_type: "How many rows of one side belong to how many of the other",
  source_cardinality: "How many rows of the parent a row of the child belongs to",
  target_cardinality: "How many rows of the child belong to a row of the parent",
  on_delete_action: "What happens to the child's rows: CASCADE removes them, SET NULL empties the key, RESTRICT refuses",
  on_update_action: "What happens to the child's rows: CASCADE changes them as well, NO ACTION refuses",
  name: "As the foreign key is called in the database; empty: named after both tables",
  junction_name: "The table between the two that holds a row for each pair",
  deferrable: "When it has to hold; rows that refer to each other need the end of the transaction",
};

/** Return a small drawing of a line with its two ends. @param {string} sourceEnd @param {string} targetEnd */
function endsPreview(sourceEnd, targetEnd) {
  const [from, to] = [
    { x: 4, y: 14 },
    { x: 116, y: 14 },
  ];
  const ends = [crowsFoot(from, to, sourceEnd), crowsFoot(to, from, targetEnd)];
  return svg(
    "svg",
    { class: "sd-ends", viewBox: "0 0 120 28", width: 120, height: 28, "aria-hidden": "true" },
    svg("path", { class: "sd-edge-line", d: `M${from.x} ${from.y}H${to.x}` }),
    svg("path", { class: "sd-edge-foot", d: ends[0].strokes + ends[1].strokes }),
    ends.map(({ ring }) => (ring ? svg("circle", { class: "sd-edge-ring", cx: ring.x, cy: ring.y, r: ring.r }) : null)),
  );
}

/** All attributes of an entity that SQL sees: its own and those that were added. @param {any} entity */
function allAttributes(entity) {
  return entity ? [...entity.attributes, ...(entity.added ?? [])] : [];
}

/**
 * Return the form of a relationship. `read()` gives its fields.
 * @param {import("./store.js").Store} store
 * @param {any} value
 * @param {{changed?: () => void}} [options]
 */
function relationshipForm(store, value, { changed = () => {} } = {}) {
  const now = { ...START, ...value };
  const element = html("div", { class: "sd-form sd-relationship-form" });
  const name = (id) => store.entity(id)?.qualified_name ?? "?";
  const set = (field_, get) => (raw) => {
    now[field_] = get ? get(raw) : raw;
    if (field_ === "relationship_type") {
      const ends = fittingEnds(now.relationship_type, now.source_cardinality, now.target_cardinality);
      now.source_cardinality = ends.source;
      now.target_cardinality = ends.target;
      if (now.relationship_type !== "MANY_TO_MANY") now.junction_name = null;
      else now.target_attributes = [];
    }
    draw(field_);
    changed();
  };
  const text = (field_, label, placeholder = "") => {
    const input = html("input", {
      type: "text",
      value: now[field_] ?? "",
      "aria-label": label,
      placeholder,
      spellcheck: "false",
      data: { focus: field_ },
    });
    input.addEventListener("change", () => {
      now[field_] = input.value.trim() || null;
      changed();
    });
    return field(label, input, { help: FIELD_HELP[field_] });
  };
  const pick = (field_, label, options) => {
    const control = choice({ value: now[field_], label, options, commit: set(field_) });
    control.dataset.focus = field_;
    return field(label, control, { help: FIELD_HELP[field_] });
  };
  const draw = (touched = "") => {
    const disabled = store.isReadOnly;
    const ends = endChoices(now.relationship_type);
    const [source, target] = [name(now.source_entity_id), name(now.target_entity_id)];
    const spoken = spokenRelationship(source, target, now.source_cardinality, now.target_cardinality);
    const isJunction = now.relationship_type === "MANY_TO_MANY";
    fill(
      element,
      html(
        "div",
        { class: "sd-relationship-head" },
        html("b", {}, source),
        endsPreview(now.source_cardinality, now.target_cardinality),
        html("b", {}, target),
      ),
      html("p", { class: "sd-sentence" }, spoken.forward, " ", spoken.backward),
      pick("relationship_type", "Type", RELATIONSHIP_TYPES),
      html(
        "div",
        { class: "sd-row-of-fields" },
        pick("source_cardinality", source, ends.source),
        pick("target_cardinality", target, ends.target),
      ),
      isJunction
        ? text("junction_name", "Junction table", `${source}_${target}`)
        : foreignKeyFields(store, now, changed),
      html(
        "div",
        { class: "sd-row-of-fields" },
        pick("on_delete_action", "When the parent is deleted", REFERENTIAL_ACTIONS),
        pick("on_update_action", "When its key changes", REFERENTIAL_ACTIONS),
      ),
      text("name", "Constraint name", "named by the designer"),
      isJunction ? null : moreFields(now, changed, pick),
    );
    for (const control of element.querySelectorAll("input, select")) control.disabled = disabled;
    if (touched) /** @type {any} */ (element.querySelector(`[data-focus="${touched}"]`))?.focus();
  };
  draw();
  return { element, read: () => ({ ...now }) };
}

/** @param {any} now @param {() => void} changed @param {any} pick */
function moreFields(now, changed, pick) {
  const full = checkBox({
    value: now.match_full,
    label: "MATCH FULL",
    title: "A composite key is empty in all its columns or in none",
    commit: (on) => {
      now.match_full = on;
      changed();
    },
  });
  return html(
    "div",
    {},
    pick("deferrable", "Checked", [
      ["", "with each statement"],
      ["IMMEDIATE", "with each statement, deferrable"],
      ["DEFERRED", "at the end of the transaction"],
    ]),
    html("label", { class: "sd-tick" }, full, "all columns of the key are null, or none (MATCH FULL)"),
  );
}

/** Which columns hold the foreign key: new ones named after the parent, or those of the child, in pairs. */
function foreignKeyFields(store, now, changed) {
  const [source, target] = [store.entity(now.source_entity_id), store.entity(now.target_entity_id)];
  const referenced = now.source_attributes.length
    ? now.source_attributes
    : allAttributes(source)
        .filter((a) => a.is_primary_key)
        .map((a) => a.name);
  const box = html(
    "fieldset",
    { class: "sd-names", title: "The columns of the child that hold the parent's key: new ones, or some that exist" },
    html("legend", {}, "Foreign key"),
  );
  const isOwn = now.target_attributes.length > 0;
  const pairs = html("div", { class: "sd-pairs", hidden: !isOwn });
  const options = allAttributes(target).map((a) => a.name);
  const columns = referenced.map(
    (name, i) =>
      now.target_attributes[i] ??
      options.find((option) => option === `${source?.name}_${name}` || option === name) ??
      options[0] ??
      "",
  );
  const use = (on) => {
    now.target_attributes = on ? [...columns] : [];
    pairs.hidden = !on;
    changed();
  };
  const tick = checkBox({ value: isOwn, label: "Use columns that exist", disabled: options.length === 0, commit: use });
  referenced.forEach((name, i) => {
    const control = choice({
      value: columns[i],
      label: `Column for ${name}`,
      title: `The column of the child that holds ${name} of the parent`,
      options,
      commit: (value) => {
        columns[i] = value;
        use(true);
      },
    });
    pairs.append(html("label", {}, control, html("span", {}, ` → ${source?.name ?? ""}.${name}`)));
  });
  const unique = (source?.keys ?? [])
    .map((key) => key.attributes)
    .concat((source?.attributes ?? []).filter((a) => a.is_unique).map((a) => [a.name]));
  const key = choice({
    value: now.source_attributes.join(", "),
    label: "Referenced key",
    title: "What of the parent is referred to: its primary key, or another key",
    options: [
      ["", "primary key"],
      ...unique.map((names) => /** @type {[string, string]} */ ([names.join(", "), names.join(", ")])),
    ],
    commit: (value) => {
      now.source_attributes = value ? value.split(", ") : [];
      now.target_attributes = [];
      changed();
      box.replaceWith(foreignKeyFields(store, now, changed));
    },
  });
  box.append(field("References", key), html("label", { class: "sd-tick" }, tick, "use columns that exist"), pairs);
  return box;
}

/** Return an edit's document of what a form read. @param {any} value */
function relationshipDocument(value) {
  const { id, ...fields } = value;
  return fields;
}

/**
 * Within one entity somebody has no parent: the first row, or the root of a tree.
 * @param {any} start
 */
function withinOne(start) {
  return start.source_entity_id === start.target_entity_id && (start.source_cardinality ?? "1") === "1"
    ? { ...start, source_cardinality: "0..1" }
    : start;
}

/**
 * Ask for a whole relationship in a dialog.
 * @param {import("./store.js").Store} store @param {Element} root @param {string | null} sourceId
 */
export function relateFrom(store, root, sourceId) {
  const entities = (store.get("design").entities ?? []).filter((entity) => !entity.is_abstract);
  if (entities.length === 0) {
    store.tell("Add an entity first.");
    return;
  }
  const options = entities.map((entity) => /** @type {[string, string]} */ ([entity.id, entity.qualified_name]));
  const chosen = [...store.view.entities].filter((id) => entities.some((entity) => entity.id === id));
  const source = sourceId ?? chosen[0] ?? options[0][0];
  const other = chosen.find((id) => id !== source) ?? options.map(([id]) => id).find((id) => id !== source) ?? source;
  let start = withinOne({ source_entity_id: source, target_entity_id: other });
  const place = html("div", {});
  const pick = (name, label) => {
    const control = choice({
      value: start[name],
      label,
      options,
      commit: (value) => {
        start = withinOne({ ...form.read(), [name]: value, source_attributes: [], target_attributes: [] });
        show();
      },
    });
    return field(label, control);
  };
  let form = relationshipForm(store, start);
  const show = () => {
    form = relationshipForm(store, start);
    fill(place, form.element);
  };
  show();
  const create = createButton(
    store,
    () => form.read(),
    () => close(),
  );
  delete create.dataset.first; // a dialog begins with what is to be connected
  const close = showDialog(root, {
    title: "New relationship",
    body: [
      html(
        "div",
        { class: "sd-row-of-fields" },
        pick("source_entity_id", "From (parent)"),
        pick("target_entity_id", "To (child)"),
      ),
      place,
      problemLine(create),
    ],
    actions: [create],
    size: "wide",
  });
}

/** @param {import("./store.js").Store} store @param {() => any} read @param {() => void} done */
function createButton(store, read, done) {
  const create = button({
    icon: icon("link", 14),
    label: "Create relationship",
    kind: "primary",
    onclick: async () => {
      const answer = await sendFrom(store, create, {
        kind: "add_relationship",
        relationship: relationshipDocument(read()),
      });
      if (!answer) return;
      done();
      store.select({ relationship: answer.relationship_id, origin: "canvas" });
      store.emit("announce", "Relationship created");
    },
  });
  create.dataset.first = "";
  return create;
}

/**
 * Return the inspector's view of one relationship: every change is sent when it is complete.
 * @param {import("./store.js").Store} store @param {any} relationship
 */
export function relationshipEditor(store, relationship) {
  const form = relationshipForm(store, relationship, { changed: () => send() });
  const problem = problemLine(form.element);
  const send = async () => {
    const after = relationshipDocument(form.read());
    const changes = Object.fromEntries(
      Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(relationship[name])),
    );
    if (Object.keys(changes).length)
      await sendFrom(
        store,
        form.element,
        store.editing({ kind: "change_relationship", relationship_id: relationship.id, changes }),
      );
  };
  const remove = button({
    icon: icon("remove", 13),
    label: "Remove relationship",
    kind: "danger",
    onclick: async () => {
      if (await sendFrom(store, form.element, { kind: "remove", entity_ids: [], relationship_ids: [relationship.id] }))
        store.select({});
    },
  });
  const ends = [relationship.source_entity_id, relationship.target_entity_id].map((id) =>
    button({
      label: store.entity(id)?.qualified_name ?? "?",
      icon: icon("table", 13),
      onclick: () => store.select({ entities: [id], reveal: true }),
    }),
  );
  return [form.element, problem, html("div", { class: "sd-buttons" }, ends, store.isReadOnly ? null : remove)];
}
