// What the rules say of the entity that is shown, beside its fields: the reason, and the mend.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const MOST_SHOWN = 20;

/** Return the findings that speak of an entity. @param {import("./store.js").Store} store @param {string} id */
function findingsOf(store, id) {
  return (store.get("findings").items ?? []).filter((finding) => finding.entity_ids.includes(id));
}

/** A part of the inspector that tells what is wrong with what it shows. @param {import("./store.js").Store} store */
export function ownFindings(store) {
  const list = html("ul", { class: "sd-own-findings-list" });
  const summary = html("summary", {});
  const element = html("details", { class: "sd-own-findings", hidden: true }, summary, list);
  let of = "";
  const draw = () => {
    const entity = store.current;
    const found = entity ? findingsOf(store, entity.id) : [];
    element.hidden = found.length === 0;
    if (!entity || found.length === 0) return;
    const errors = found.filter((finding) => finding.severity === "error").length;
    if (of !== entity.id) element.open = errors > 0;
    of = entity.id;
    const worst = found[0].severity;
    fill(
      summary,
      icon(errors ? "error" : worst, 14),
      `${counted(found.length, "finding")}${errors ? `, ${counted(errors, "error")}` : ""} of this entity`,
    );
    summary.className = `sd-${errors ? "error" : worst}`;
    fill(list, ...found.slice(0, MOST_SHOWN).map((finding) => ownFinding(store, finding)));
  };
  store.on("findings", draw);
  store.on("design", draw);
  store.on("selection", draw);
  store.on("settings", draw);
  draw();
  return { element };
}

/** @param {import("./store.js").Store} store @param {any} finding */
function ownFinding(store, finding) {
  const attribute = finding.attribute_ids[0] ?? null;
  const show = attribute
    ? () => {
        store.select({ entities: finding.entity_ids.slice(0, 1), attribute, origin: "grid" });
        store.showTab("attributes");
      }
    : () => store.emit("show-finding", finding.key);
  return html(
    "li",
    { class: `sd-own-finding sd-${finding.severity}` },
    html(
      "button",
      { type: "button", class: "sd-finding-text", title: "Show the place", onclick: show },
      icon(finding.severity, 14),
      html(
        "span",
        { class: "sd-finding-message" },
        finding.message,
        finding.reason ? html("span", { class: "sd-finding-reason" }, finding.reason) : null,
      ),
    ),
    finding.mend_label && !store.isReadOnly
      ? button({
          icon: icon("wand", 13),
          label: finding.mend_label,
          kind: "mend",
          onclick: () => store.ask({ kind: "mend", key: finding.key }),
        })
      : null,
  );
}
