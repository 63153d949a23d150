// Traits: what an entity is, in one switch each, with the few things that a trait leaves open.

import { button, fill, html, uniqueId } from "./dom.js";
import { checkBox, problemLine, sendFrom } from "./field.js";
import { formOf } from "./form.js";
import { TRAIT_KINDS } from "./trait_kinds.js";

/**
 * @param {import("./store.js").Store} store @param {any} entity
 * @returns {Node[]}
 */
export function traitsTab(store, entity) {
  return TRAIT_KINDS.map((spec) => traitCard(store, entity, spec));
}

/** @param {import("./store.js").Store} store @param {any} entity @param {any} spec */
function traitCard(store, entity, spec) {
  const value = entity.traits.find((trait) => trait.kind === spec.kind);
  const place = html("div", {});
  const problem = html("div", { class: "sd-problem", hidden: true });
  const words = uniqueId("trait");
  const toggle = checkBox({
    value: Boolean(value),
    "aria-describedby": words,
    label: spec.title,
    disabled: store.isReadOnly,
    data: { focus: `trait.${spec.kind}` },
    commit: async (on) => {
      if (!on && value) {
        if (
          !(await sendFrom(
            store,
            toggle,
            store.editing({ kind: "remove_trait", entity_id: entity.id, trait: spec.kind }),
          ))
        )
          toggle.checked = true;
      } else if (on) open(spec.fields.some((one) => one.start === undefined && one.kind !== "text"));
      else fill(place);
    },
  });
  toggle.problemLine = problem;
  const open = (isAsking) => {
    const form = traitForm(store, entity, spec, value, () => fill(place));
    fill(place, form.element);
    if (!isAsking) form.save.click();
  };
  const settings =
    value && !store.isReadOnly
      ? button({ label: "Settings", onclick: () => (place.firstChild ? fill(place) : open(true)) })
      : null;
  return html(
    "section",
    { class: `sd-trait${value ? " sd-trait-on" : ""}` },
    html("header", {}, html("label", { class: "sd-tick" }, toggle, html("b", {}, spec.title)), settings),
    html(
      "p",
      { class: "sd-hint", id: words },
      spec.words,
      value ? html("span", { class: "sd-trait-facts" }, ` ${factsOf(store, spec, value)}`) : null,
    ),
    problem,
    place,
  );
}

/** Say in short what a trait was set to. */
function factsOf(store, spec, value) {
  return spec.fields
    .filter((one) => !one.when || one.when(value))
    .map((one) => {
      const set = value[one.name];
      if (set === null || set === undefined || set === "" || set === false || set?.length === 0) return null;
      if (one.kind === "entity") return store.entity(set)?.qualified_name;
      if (Array.isArray(set)) return set.join(", ");
      if (typeof set === "object")
        return Object.entries(set)
          .map(([name, weight]) => `${name} ${weight}`)
          .join(", ");
      return set === true ? null : String(set);
    })
    .filter(Boolean)
    .join(" · ");
}

/** @param {any} spec @param {any | undefined} value @param {() => void} close */
function traitForm(store, entity, spec, value, close) {
  const attributes = [...entity.attributes, ...(entity.added ?? [])].map((attribute) => attribute.name);
  const entities = (store.get("design").entities ?? [])
    .filter((one) => !one.is_abstract)
    .map((one) => /** @type {[string, string]} */ ([one.id, one.qualified_name]));
  const form = formOf(spec.fields, value ?? {}, { attributes, entities });
  const save = button({
    label: value ? "Change" : `Make it ${spec.title.toLowerCase()}`,
    kind: "primary",
    onclick: async () => {
      const trait = { ...(value ?? {}), kind: spec.kind, ...form.read() };
      if (await sendFrom(store, save, store.editing({ kind: "set_trait", entity_id: entity.id, trait }))) close();
    },
  });
  const cancel = button({
    label: "Cancel",
    onclick: () => {
      close();
      store.emit("design");
    },
  });
  return {
    save,
    element: html(
      "div",
      { class: "sd-inline-form" },
      form.element,
      problemLine(save),
      html("div", { class: "sd-buttons" }, save, cancel),
    ),
  };
}
