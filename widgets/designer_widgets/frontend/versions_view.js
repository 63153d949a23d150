// The versions of the design: kept, compared in a picture, gone back to.

import { showDialog } from "./dialog.js";
import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";

/** @param {import("./store.js").Store} store @param {(intent: any) => any} go */
export function versionsView(store, go) {
  const message = html("input", {
    type: "text",
    "aria-label": "What is new in this version",
    placeholder: "What is new",
    maxlength: "1000",
  });
  const save = button({
    label: "Save a version",
    onclick: async () => {
      const answer = await go({ kind: "save_version", message: message.value.trim() });
      if (!answer) return;
      message.value = "";
      show(answer.versions);
    },
  });
  const body = html("div", {});
  const element = html(
    "section",
    { class: "sd-section" },
    html("header", {}, html("h4", {}, "Versions of the design")),
    store.isReadOnly ? null : html("div", { class: "sd-add-line-row" }, message, save),
    body,
  );
  const show = (versions) => fill(body, versions.length ? versionTable(versions) : none());
  const none = () => html("p", { class: "sd-hint" }, "No version was kept yet.");
  const compare = async (before, after) => {
    const root = /** @type {any} */ (element.closest(".sd-root"));
    const theme = root?.style.colorScheme === "dark" ? "dark" : "light";
    const answer = await go({ kind: "compare_versions", before, after, theme });
    if (answer) showComparison(root ?? element, before, after, answer);
  };
  const versionTable = (versions) =>
    html(
      "table",
      { class: "sd-table sd-wide" },
      html(
        "thead",
        {},
        html("tr", {}, ["version", "message", "who", "when", ""].map((name) => html("th", { scope: "col" }, name))),
      ),
      html(
        "tbody",
        {},
        versions.map((one) =>
          html(
            "tr",
            {},
            [one.number, one.message, one.who, one.when.slice(0, 19).replace("T", " ")].map((cell) =>
              html("td", {}, cell),
            ),
            html(
              "td",
              {},
              button({
                label: "Compare",
                title: `Compare version ${one.number} with the design as it is now`,
                onclick: () => compare(one.number, 0),
              }),
              store.get("settings").can_deploy
                ? button({
                    icon: icon("undo", 13),
                    label: "Go back…",
                    title: `Plan the way from the target back to version ${one.number}`,
                    "data-works": "true",
                    onclick: () => go({ kind: "plan_rollback", number: one.number }),
                  })
                : null,
            ),
          ),
        ),
      ),
    );
  const read = async () => {
    const answer = await store.ask({ kind: "list_versions" });
    if (answer) show(answer.versions);
  };
  return { element, read };
}

/** @param {Element} root @param {number} before @param {number} after @param {{words: string, svg: string}} answer */
function showComparison(root, before, after, answer) {
  const picture = answer.svg
    ? html("img", {
        class: "sd-comparison",
        alt: `Version ${before} beside ${after ? `version ${after}` : "the design"}: ${answer.words}`,
        src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(answer.svg)}`,
      })
    : null;
  showDialog(root, {
    title: `Version ${before} beside ${after ? `version ${after}` : "the design as it is"}`,
    size: "large",
    body: [html("p", { role: "status" }, answer.words), html("div", { class: "sd-comparison-box" }, picture)],
  });
}
