// What was read, before anything changes: numbers, statements that failed with their mends, suggestions of data.

import { button, fill, html } from "./dom.js";
import { checkBox } from "./field.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

/** Return how much of what was read. @param {[number, string][]} counts */
export function countChips(counts) {
  if (!counts.length) return html("p", { class: "sd-hint" }, "It holds nothing that a design could.");
  return html(
    "ul",
    { class: "sd-chips", "aria-label": "What it holds" },
    counts.map(([number, noun]) => html("li", {}, html("b", {}, number.toLocaleString("en")), ` ${noun}`)),
  );
}

/**
 * The statements of a script: what ran, what failed and why, and mends to tick.
 * @param {any} script @param {(mends: string[]) => void} apply Reads the script again with these mends and no others.
 */
export function scriptSection(script, apply) {
  const applied = new Set(script.applied.map((mend) => mend.id));
  const chosen = new Set(applied);
  const go = button({
    label: "Apply the ticked mends",
    onclick: () => apply([...chosen]),
  });
  const changed = () => {
    const same = chosen.size === applied.size && [...chosen].every((id) => applied.has(id));
    go.disabled = same;
  };
  const tick = (mend) => {
    const box = checkBox({
      value: chosen.has(mend.id),
      label: mend.title,
      title: mend.explanation ?? mend.title,
      data: { mend: mend.id },
      commit: (on) => {
        if (on) chosen.add(mend.id);
        else chosen.delete(mend.id);
        for (const other of element.querySelectorAll("[data-mend]"))
          if (other.dataset.mend === mend.id) other.checked = on;
        changed();
      },
    });
    return html(
      "label",
      { class: "sd-tick sd-mend-tick" },
      box,
      html(
        "span",
        {},
        mend.title,
        mend.explanation && mend.explanation !== mend.title
          ? html("span", { class: "sd-hint" }, ` ${mend.explanation}`)
          : null,
      ),
    );
  };
  const { failed } = script;
  const hasBest = failed.some((one) => one.mends.some((mend) => !mend.is_last_resort));
  const element = html(
    "section",
    { class: "sd-section", "aria-label": "Statements" },
    html("header", {}, html("h3", {}, "Statements")),
    html("p", { class: "sd-hint" }, stateWords(script.counts)),
    script.notes.map((note) => html("p", { class: "sd-hint" }, note)),
    failed.length || script.applied.length
      ? html(
          "div",
          { class: "sd-buttons" },
          hasBest
            ? button({
                icon: icon("wand", 14),
                label: "Apply all mends",
                title: "Apply the best mend of each failure",
                onclick: () => apply([...applied, "all"]),
              })
            : null,
          go,
        )
      : null,
    failed.length === 0
      ? html("p", { class: "sd-fine-line sd-ok" }, icon("ok", 14), "No statement failed.")
      : html(
          "ul",
          { class: "sd-failed", "aria-label": "Statements that failed" },
          failed.map((one) => failedStatement(one, tick)),
        ),
    script.applied.length
      ? html(
          "details",
          { class: "sd-applied" },
          html("summary", {}, `${counted(script.applied.length, "mend")} applied`),
          script.applied.map(tick),
        )
      : null,
  );
  changed();
  return element;
}

/** @param {any} one @param {(mend: any) => Node} tick */
function failedStatement(one, tick) {
  const first = one.sql.split("\n", 1)[0];
  const isLong = one.sql.trim() !== first.trim();
  return html(
    "li",
    {},
    html(
      "div",
      { class: "sd-failed-head" },
      html("span", { class: "sd-error" }, icon("error", 13)),
      html("span", { class: "sd-kind-mark" }, `line ${one.line}`),
      html("strong", {}, one.message),
    ),
    isLong
      ? html(
          "details",
          {},
          html("summary", { class: "sd-code" }, first),
          html("pre", { class: "sd-sql", tabindex: "0", "aria-label": `Statement in line ${one.line}` }, one.sql),
        )
      : html("div", { class: "sd-code sd-failed-sql" }, first),
    one.mends.map(tick),
    one.advice.map((words) => html("p", { class: "sd-hint" }, words)),
    one.mends.length + one.advice.length === 0 ? html("p", { class: "sd-hint" }, "It is left out.") : null,
  );
}

/** Return "55 ran, 13 failed". @param {Record<string, number>} counts */
export function stateWords(counts) {
  const order = ["ran", "ran after retry", "mended", "skipped", "failed"];
  const words = order.filter((state) => counts[state]).map((state) => `${counts[state].toLocaleString("en")} ${state}`);
  return words.length ? `${words.join(", ")}.` : "It holds no statements.";
}

/**
 * What data suggests, each with its evidence; the design is made of those that are ticked.
 * @param {any[]} suggestions @param {(accepted: string[]) => void} accept
 */
export function suggestionSection(suggestions, accept) {
  const chosen = new Set(suggestions.filter((one) => one.is_accepted).map((one) => one.id));
  const before = new Set(chosen);
  const go = button({ label: "Use the ticked suggestions", disabled: true, onclick: () => accept([...chosen]) });
  const tables = [...new Set(suggestions.map((one) => one.table))];
  const row = (one) =>
    html(
      "tr",
      {},
      html(
        "td",
        {},
        checkBox({
          value: one.is_accepted,
          label: `${one.columns || one.table}: ${one.kind} ${one.value}`,
          commit: (on) => {
            if (on) chosen.add(one.id);
            else chosen.delete(one.id);
            go.disabled = chosen.size === before.size && [...chosen].every((id) => before.has(id));
          },
        }),
      ),
      html("td", { class: "sd-code" }, one.columns),
      html("td", {}, one.kind),
      html("td", { class: "sd-code" }, one.value),
      html("td", { class: "sd-loss-reason" }, one.evidence),
      html("td", { class: "sd-number" }, `${Math.round(one.confidence * 100)} %`),
    );
  return html(
    "section",
    { class: "sd-section", "aria-label": "Suggestions" },
    html("header", {}, html("h3", {}, "Suggestions")),
    html("p", { class: "sd-hint" }, "Read from all values. Untick what you know better."),
    tables.map((table) =>
      html(
        "div",
        { class: "sd-loss-table" },
        html(
          "table",
          { class: "sd-table sd-suggestions" },
          html("caption", {}, table),
          html(
            "thead",
            {},
            html(
              "tr",
              {},
              ["use", "column", "suggestion", "value", "evidence", "sure"].map((name) =>
                html("th", { scope: "col" }, name),
              ),
            ),
          ),
          html("tbody", {}, suggestions.filter((one) => one.table === table).map(row)),
        ),
      ),
    ),
    html("div", { class: "sd-buttons" }, go),
  );
}

/**
 * What a refresh would change, and what is to be decided; `decide` is called with all answers once one is given.
 * @param {any} refresh @param {(answers: Record<string, string>) => void} decide
 */
export function refreshSection(refresh, decide) {
  const answers = Object.fromEntries(
    refresh.decisions.filter((one) => !one.is_open).map((one) => [one.key, one.answer]),
  );
  const { added, removed, changed, renamed, decisions } = refresh;
  const element = html("section", { class: "sd-section", "aria-label": "Refresh" });
  const list = (title, entries) =>
    entries.length
      ? html(
          "details",
          { open: entries.length <= 12 },
          html("summary", {}, title),
          html("ul", { class: "sd-names-list" }, entries.map((name) => html("li", { class: "sd-code" }, name))),
        )
      : null;
  fill(
    element,
    html("header", {}, html("h3", {}, "What a refresh changes")),
    refresh.is_equal && decisions.length === 0
      ? html("p", { class: "sd-fine-line sd-ok" }, icon("ok", 14), "The design is up to date; nothing changes.")
      : html(
          "p",
          { class: "sd-hint" },
          `${counted(refresh.matched, "item")} matched. Positions, colours, areas and descriptions stay.`,
        ),
    decisions.some((one) => one.is_open)
      ? html("p", { class: "sd-fine-line sd-warning" }, icon("warning", 14), "Only you can know these:")
      : null,
    decisions.map((one) => decisionFields(one, answers, decide)),
    list(`${counted(renamed.length, "name")} changed`, renamed.map(([old, now]) => `${old} → ${now}`)),
    list(`${counted(added.count, "item")} added`, added.names),
    list(`${counted(changed.count, "item")} changed`, changed.names),
    list(`${counted(removed.count, "item")} removed`, removed.names),
  );
  return element;
}

/** @param {any} one @param {Record<string, string>} answers @param {(answers: Record<string, string>) => void} decide */
function decisionFields(one, answers, decide) {
  const option = (value, words) =>
    html(
      "label",
      { class: "sd-choice" },
      html("input", {
        type: "radio",
        name: `sd-decision-${one.key}`,
        value,
        checked: answers[one.key] === value,
        data: { focus: `${one.key}/${value}` },
        onchange: () => decide({ ...answers, [one.key]: value }),
      }),
      html("span", {}, words),
    );
  const name = (text) => html("b", { class: "sd-code" }, text);
  const [legend, ...options] = one.new
    ? [
        html("legend", {}, "Was ", name(one.old), " renamed to ", name(one.new), "?"),
        option("rename", "Yes, it is the same thing under a new name"),
        option("replace", "No, one was removed and the other is new"),
      ]
    : [
        html("legend", {}, name(one.old), " is not in the database"),
        option("keep", "Keep it: it is drawn and not deployed yet"),
        option("remove", "Remove it: it was dropped there"),
      ];
  return html(
    "fieldset",
    { class: "sd-choices sd-decision" },
    legend,
    one.new ? html("p", { class: "sd-hint" }, one.evidence) : null,
    options,
  );
}
