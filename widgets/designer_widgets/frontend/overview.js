// The design as a whole, while nothing is selected: what it holds, its types, and how to begin.

import { button, html } from "./dom.js";
import { problemLine, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

/** @param {import("./store.js").Store} store @returns {Node[]} */
export function overview(store) {
  const design = store.get("design");
  const counts = [
    ["entities", "entity", "entities"],
    ["relationships", "relationship"],
    ["views", "view"],
    ["materialized_views", "materialized view"],
    ["functions", "function"],
    ["enums", "enum"],
    ["domains", "domain"],
    ["extensions", "extension"],
  ].filter(([name]) => design[name]?.length);
  return [
    design.description ? html("p", { class: "sd-description" }, design.description) : null,
    html(
      "ul",
      { class: "sd-chips" },
      counts.map(([name, noun, plural]) => html("li", {}, counted(design[name].length, noun, plural))),
    ),
    areaSection(store),
    enumSection(store),
    store.isReadOnly
      ? null
      : html(
          "p",
          { class: "sd-hint" },
          "Select a card to see and change its attributes. Double-click the canvas to add an entity; drag from the dots beside a row to another card to connect the two. Press ? on the diagram for all keys.",
        ),
  ].filter(Boolean);
}

/**
 * Areas of the diagram: name, colour, removal. A new one is made from selected cards.
 * @param {import("./store.js").Store} store
 */
function areaSection(store) {
  const areas = store.get("design").areas ?? [];
  if (areas.length === 0) return null;
  return html(
    "section",
    { class: "sd-section" },
    html("header", {}, html("h4", {}, "Areas")),
    html(
      "ul",
      { class: "sd-entries" },
      areas.map((area) => areaItem(store, area)),
    ),
  );
}

/** @param {import("./store.js").Store} store @param {any} area */
function areaItem(store, area) {
  const disabled = store.isReadOnly;
  const change = (control, changes) =>
    sendFrom(
      store,
      control,
      store.editing({ kind: "change_object", collection: "areas", object_id: area.id, changes }),
    );
  const shown = (store.get("picture").areas ?? []).find((one) => one.id === area.id);
  const colour = html("input", {
    type: "color",
    value: area.colour ?? shown?.colour ?? "#6b7a90",
    "aria-label": `Colour of ${area.name}`,
    title: "The colour behind the cards of the area",
    disabled,
  });
  const name = textInput({
    value: area.name,
    label: `Name of the area ${area.name}`,
    title: "What stands over the area in the diagram",
    disabled,
    data: { focus: `area.${area.id}` },
    commit: (text) => change(name, { name: text.trim() }),
  });
  const problem = problemLine(name);
  colour.problemLine = problem;
  colour.addEventListener("change", () => change(colour, { colour: colour.value }));
  const select = button({
    label: String(area.members.length),
    title: `Select the ${counted(area.members.length, "entity", "entities")} of ${area.name}`,
    onclick: () => store.select({ entities: area.members, reveal: true }),
  });
  const remove = disabled
    ? null
    : button({
        icon: icon("close", 12),
        title: `Remove the area ${area.name}`,
        onclick: () =>
          sendFrom(store, name, store.editing({ kind: "remove_object", collection: "areas", object_id: area.id })),
      });
  return html("li", { class: "sd-enum" }, html("div", { class: "sd-area-row" }, colour, name, select, remove), problem);
}

/** Enumerated types with their labels; a new one is a name and its labels. @param {import("./store.js").Store} store */
function enumSection(store) {
  const enums = store.get("design").enums ?? [];
  if (store.isReadOnly && enums.length === 0) return null;
  const items = enums.map((one) => enumItem(store, one));
  const input = html("input", {
    type: "text",
    "aria-label": "New enumerated type",
    title: "A name, a colon, and its values in their order: order_status: new, paid, shipped",
    placeholder: "order_status: new, paid, shipped",
    spellcheck: "false",
    data: { focus: "new-enum" },
  });
  const add = async () => {
    const [name, ...rest] = input.value.split(":");
    const labels = splitLabels(rest.join(":"));
    if (
      await sendFrom(
        store,
        input,
        store.editing({ kind: "add_object", collection: "enums", object: { name: name.trim(), labels } }),
      )
    )
      input.value = "";
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") add();
  });
  return html(
    "section",
    { class: "sd-section" },
    html("header", {}, html("h4", {}, "Enumerated types")),
    html("ul", { class: "sd-entries" }, items),
    store.isReadOnly
      ? null
      : html(
          "div",
          { class: "sd-add-line-row" },
          input,
          button({ icon: icon("add", 13), label: "Add", title: "Add the enumerated type", onclick: add }),
        ),
    store.isReadOnly ? null : problemLine(input),
  );
}

/** @param {import("./store.js").Store} store @param {any} one */
function enumItem(store, one) {
  const labels = html("input", {
    type: "text",
    value: one.labels.join(", "),
    "aria-label": `Labels of ${one.name}`,
    title: `Its values in their order, with commas between: ${one.labels.join(", ")}`,
    disabled: store.isReadOnly,
    spellcheck: "false",
    data: { focus: `enum.${one.id}` },
  });
  labels.addEventListener("change", () =>
    sendFrom(
      store,
      labels,
      store.editing({
        kind: "change_object",
        collection: "enums",
        object_id: one.id,
        changes: { labels: splitLabels(labels.value) },
      }),
    ),
  );
  const problem = problemLine(labels);
  const remove = store.isReadOnly
    ? null
    : button({
        icon: icon("close", 12),
        title: `Remove ${one.name}`,
        onclick: () =>
          sendFrom(store, labels, store.editing({ kind: "remove_object", collection: "enums", object_id: one.id })),
      });
  return html(
    "li",
    { class: "sd-enum" },
    html("div", { class: "sd-enum-row" }, html("b", { title: one.name }, one.name), labels, remove),
    problem,
  );
}

/** @param {string} text */
function splitLabels(text) {
  return text
    .split(",")
    .map((label) => label.trim())
    .filter(Boolean);
}
