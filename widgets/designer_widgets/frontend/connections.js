// The connections of a team's workspace: named, tried, kept and removed. Where one leads is its owner's secret: what is
// typed goes to the kernel once, and is cleared before the answer comes.

import { showDialog } from "./dialog.js";
import { button, fill, html } from "./dom.js";
import { choice, field, sendFrom } from "./field.js";
import { icon } from "./icons.js";

/** @type {[string, string][]} */
const CONNECTION_MODES = [
  ["read-only", "only read"],
  ["read-write", "read and write"],
];

/** @param {import("./store.js").Store} store */
export function connectionsPanel(store) {
  const name = html("input", { type: "text", "aria-label": "Name", autocomplete: "off", spellcheck: "false" });
  const secret = html("input", {
    type: "password",
    class: "sd-code",
    "aria-label": "Connection string",
    placeholder: "postgresql://user:password@host:5432/database",
    autocomplete: "new-password",
    spellcheck: "false",
  });
  const mode = choice({ value: "read-only", label: "It may", options: CONNECTION_MODES });
  const add = async () => {
    const intent = { kind: "add_connection", name: name.value.trim(), connection_uri: secret.value, mode: mode.value };
    secret.value = "";
    const answer = await sendFrom(store, secret, intent);
    intent.connection_uri = "";
    if (!answer) return;
    name.value = "";
    show(answer.connections);
  };
  secret.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !secret.value) return;
    event.preventDefault();
    add();
  });
  const form = html(
    "div",
    { class: "sd-deploy-form" },
    html("h3", {}, "Add a connection"),
    html("div", { class: "sd-row-of-fields" }, field("Name", name), field("It may", mode)),
    field("Connection string", secret, { hint: "It is sealed in the team's database; no page ever shows it." }),
    html("div", { class: "sd-buttons" }, button({ label: "Add", kind: "primary", onclick: add })),
  );
  const table = html("div", {});
  const result = html("div", { class: "sd-result" });
  const element = html(
    "section",
    { class: "sd-panel", "aria-label": "Connections" },
    table,
    result,
    store.get("settings").can_choose_target ? form : null,
  );

  const show = (connections) =>
    fill(table, connections.length ? connectionTable(connections) : html("p", { class: "sd-hint" }, "There is none yet."));
  const remove = (one) => {
    const close = showDialog(/** @type {Element} */ (element.closest(".sd-root") ?? element), {
      title: `Remove ${one.name}?`,
      body: [html("p", {}, "Its connection string goes with it, for good. The database stays as it is.")],
      actions: [
        button({
          label: "Remove it",
          kind: "danger",
          onclick: async () => {
            close();
            const answer = await store.ask({ kind: "remove_connection", connection: one.id });
            if (answer) show(answer.connections);
          },
        }),
        button({ label: "Leave it", onclick: () => close() }),
      ],
    });
  };
  const connectionTable = (connections) =>
    html(
      "table",
      { class: "sd-table sd-wide" },
      html(
        "thead",
        {},
        html("tr", {}, ["name", "may", "secret", ""].map((words) => html("th", { scope: "col" }, words))),
      ),
      html(
        "tbody",
        {},
        connections.map((one) =>
          html(
            "tr",
            {},
            [one.name, one.mode, secretWords(one)].map((words) => html("td", {}, words)),
            html(
              "td",
              { class: "sd-buttons" },
              button({
                label: "Test",
                title: `Test ${one.name}`,
                onclick: () => store.ask({ kind: "try_connection", connection: one.id }),
              }),
              store.get("settings").can_choose_target
                ? button({ icon: icon("remove", 13), title: `Remove ${one.name}…`, onclick: () => remove(one) })
                : null,
            ),
          ),
        ),
      ),
    );
  const read = async () => {
    if (!store.get("settings").has_connections) return;
    const answer = await store.ask({ kind: "list_connections" });
    if (answer) show(answer.connections);
  };
  const drawTrial = () => {
    const { task, state, result: told, error } = store.get("progress");
    if (task !== "Testing") fill(result);
    else if (state === "running") fill(result, html("p", { class: "sd-hint", role: "status" }, "Connecting…"));
    else if (error) fill(result, outcome(false, error.what, [error.mend]));
    else if (told) fill(result, outcome(told.is_ok, told.words, told.notes));
  };
  store.on("progress", drawTrial);
  store.on("drawer", (open) => open === "connections" && read());
  return { element };
}

/** @param {{has_secret: boolean, is_mine: boolean}} one */
function secretWords(one) {
  if (!one.has_secret) return "still to be given";
  return one.is_mine ? "yours" : "somebody else's";
}

/** @param {boolean} isOk @param {string} words @param {string[]} notes */
function outcome(isOk, words, notes) {
  return html(
    "div",
    { class: `sd-outcome ${isOk ? "sd-ok" : "sd-error"}`, role: "status" },
    icon(isOk ? "ok" : "error"),
    html(
      "div",
      {},
      html("strong", {}, words),
      notes.filter(Boolean).map((note) => html("div", { class: "sd-mend" }, note)),
    ),
  );
}
