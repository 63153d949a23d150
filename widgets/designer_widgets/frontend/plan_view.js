// A plan in words: each step with its locks, its hazards and its SQL; and a proof as a table of checks.

import { html } from "./dom.js";
import { sqlPieces } from "./highlight.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const GRAVE = new Set(["data_loss", "rewrite", "may_fail"]);

/** Return SQL in colours. @param {string} sql @param {string} label */
export function sqlBlock(sql, label) {
  const pieces = sqlPieces(sql).map((piece) =>
    piece.kind === "plain" ? piece.text : html("span", { class: `sd-sql-${piece.kind}` }, piece.text),
  );
  return html("pre", { class: "sd-sql", tabindex: "0", "aria-label": label }, html("code", {}, pieces));
}

/** @param {any} plan */
export function stepList(plan) {
  let stage = -1;
  const items = plan.steps.flatMap((step, index) => {
    const isNew = plan.mode === "online" && step.stage !== stage;
    stage = step.stage;
    const heading = isNew
      ? html(
          "li",
          { class: "sd-stage" },
          `Stage ${stage + 1}${step.is_transactional ? "" : ", outside of a transaction"}`,
        )
      : null;
    return [heading, stepItem(step, index + 1)];
  });
  const more = plan.left_out ? html("li", { class: "sd-hint" }, `and ${counted(plan.left_out, "more step")}`) : null;
  return html("ol", { class: "sd-steps" }, items, more);
}

/** @param {any} step @param {number} number */
function stepItem(step, number) {
  const chips = step.hazards.map((one) =>
    html(
      "span",
      { class: `sd-hazard ${GRAVE.has(one.name) ? "sd-warning" : "sd-info"}`, title: `${one.words}: ${one.reason}` },
      GRAVE.has(one.name) ? icon("warning", 11) : null,
      one.name.replaceAll("_", " "),
    ),
  );
  const strongest = step.locks.reduce((most, lock) => (RANK[lock.blocks] > RANK[most] ? lock.blocks : most), "");
  return html(
    "li",
    {},
    html(
      "details",
      { class: "sd-step" },
      html(
        "summary",
        {},
        html("span", { class: "sd-step-number" }, number),
        html("b", {}, step.title),
        step.rows > 0 ? html("span", { class: "sd-hint" }, `about ${counted(step.rows, "row")}`) : null,
        strongest ? html("span", { class: "sd-lock" }, `${strongest} wait`) : null,
        chips,
      ),
      step.statements.map((sql) => sqlBlock(`${sql};`, `SQL of step ${number}`)),
      step.locks.length
        ? html(
            "ul",
            { class: "sd-facts" },
            step.locks.map((lock) => html("li", { class: "sd-fact" }, lockWords(lock))),
          )
        : null,
      step.hazards.map((one) =>
        html(
          "div",
          { class: "sd-fact" },
          html("b", {}, `${one.words}: `),
          one.reason,
          one.query ? sqlBlock(one.query, `Query for what is in the way of step ${number}`) : null,
        ),
      ),
    ),
  );
}

/** @type {Record<string, number>} */
const RANK = { "": 0, "changes of the schema": 1, writes: 2, "reads and writes": 3 };

/** @param {any} lock */
function lockWords(lock) {
  const done = [lock.rewrites && "it is written anew", lock.scans && "all its rows are read"].filter(Boolean);
  const waits = lock.blocks ? `, ${lock.blocks} wait` : "";
  return `${lock.relation}: ${lock.lock} lock${waits}${done.length ? `; ${done.join(", ")}` : ""}`;
}

/** @param {any} proof */
export function proofTable(proof) {
  return html(
    "table",
    { class: "sd-table sd-proof" },
    html("caption", {}, proof.holds ? "Proved" : "Not proved", html("code", { class: "sd-hint" }, ` ${proof.hash.slice(0, 16)}`)),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, "check"),
        html("th", { scope: "col" }, "holds"),
        html("th", { scope: "col", class: "sd-number" }, "seconds"),
      ),
    ),
    html(
      "tbody",
      {},
      proof.checks.map((check) =>
        html(
          "tr",
          { class: check.holds ? "" : "sd-error" },
          html(
            "td",
            {},
            check.name,
            check.found.map((found) => html("div", { class: "sd-fact" }, found)),
          ),
          html("td", {}, icon(check.holds ? "ok" : "error", 13), check.holds ? " yes" : " no"),
          html("td", { class: "sd-number" }, check.seconds.toFixed(2)),
        ),
      ),
    ),
  );
}
