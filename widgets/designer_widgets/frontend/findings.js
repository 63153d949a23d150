// What is wrong or unwise, as it stands: a click selects what a finding speaks of, and offers its mend.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { LongList } from "./long_list.js";
import { counted } from "./text.js";

/** @param {import("./store.js").Store} store */
export function findingsPanel(store) {
  const list = html("ul", { class: "sd-findings", "aria-label": "Findings" });
  const words = html("span", { class: "sd-drawer-words", "aria-live": "polite" });
  const judge = button({
    label: "Ask PostgreSQL",
    title: "Deploy to a shadow database and report what PostgreSQL says",
    onclick: () => store.ask({ kind: "validate" }),
  });
  const element = html(
    "section",
    { class: "sd-panel", "aria-label": "Validation" },
    html("div", { class: "sd-panel-bar" }, words, judge),
    list,
  );

  const fine = html("li", { class: "sd-fine" }, icon("ok"), "Everything that the rules can see is in order.");
  const lines = new LongList(list, {
    key: ({ finding }) => finding.key,
    shell: ({ finding }) => html("li", { class: `sd-finding sd-${finding.severity}`, data: { key: finding.key } }, finding.message),
    furnish: (element, { finding, isReadOnly }) => fill(element, ...findingParts(store, finding, isReadOnly)),
    same: (one, other) => one.finding === other.finding && one.isReadOnly === other.isReadOnly,
  });

  const draw = () => {
    if (store.view.drawer !== "findings") return; // nobody looks
    const { items = [], verdict = null } = store.get("findings");
    const errors = items.filter((finding) => finding.severity === "error").length;
    const notes = items.filter((finding) => finding.severity === "info").length;
    words.textContent =
      items.length === 0
        ? "No findings."
        : [counted(items.length, "finding"), counted(errors, "error"), notes && counted(notes, "note")].filter(Boolean).join(", ");
    if (verdict)
      words.textContent += verdict.is_current
        ? ` · PostgreSQL ${verdict.words}`
        : " · PostgreSQL's verdict is of an earlier revision";
    judge.hidden = !store.get("settings").can_deploy;
    fine.remove();
    lines.draw(items.map((finding) => ({ finding, isReadOnly: store.isReadOnly })));
    if (items.length === 0) list.append(fine);
  };
  const showOne = (key) => {
    const finding = store.get("findings").items?.find((one) => one.key === key);
    if (!finding) return;
    store.showDrawer("findings");
    chooseFinding(store, finding, false);
    for (const item of list.querySelectorAll(".sd-shown")) item.classList.remove("sd-shown");
    const item = lines.elementOf(key);
    item?.classList.add("sd-shown");
    item?.scrollIntoView({ block: "nearest" });
    item?.querySelector("button")?.focus({ preventScroll: true });
  };
  store.on("show-finding", showOne);
  store.on("findings", draw);
  store.on("settings", draw);
  store.on("drawer", draw);
  draw();
  return { element };
}

/** Select what a finding speaks of. @param {import("./store.js").Store} store @param {any} finding @param {boolean} reveal */
function chooseFinding(store, finding, reveal) {
  store.select({
    entities: finding.entity_ids,
    relationship: finding.entity_ids.length ? null : (finding.relationship_ids[0] ?? null),
    attribute: finding.attribute_ids[0] ?? null,
    reveal,
  });
}

/** @param {import("./store.js").Store} store @param {any} finding @param {boolean} isReadOnly */
function findingParts(store, finding, isReadOnly) {
  const choose = () => chooseFinding(store, finding, true);
  const mend = finding.mend_label && !isReadOnly;
  return [
    html(
      "button",
      { type: "button", class: "sd-finding-text", onclick: choose },
      icon(finding.severity, 15),
      html("span", { class: "sd-finding-severity" }, finding.severity),
      html(
        "span",
        { class: "sd-finding-message" },
        finding.message,
        finding.reason ? html("span", { class: "sd-finding-reason" }, finding.reason) : null,
      ),
      html("span", { class: "sd-finding-code" }, finding.code),
    ),
    mend
      ? button({
          icon: icon("wand", 14),
          label: finding.mend_label,
          kind: "mend",
          onclick: () => store.ask({ kind: "mend", key: finding.key }),
        })
      : null,
  ];
}
