import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { DataPages, rowKey } = await load("data_pages.js");
const { DataPending } = await load("data_pending.js");
const { filterOf } = await load("data_filters.js");
const { problemOfDocument } = await load("data_cells.js");

const row = (id, note = "n") => ({ key: { id: String(id) }, revision: `r${id}`, cells: [String(id), note] });

/** Rows 0 to `count`, ten a page; the cursor is where the next page begins. */
function server(count, asked = []) {
  return async (cursor) => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const rows = Array.from({ length: Math.min(10, count - from) }, (_, n) => row(from + n));
    return { rows, next: from + 10 < count ? String(from + 10) : null };
  };
}

test("pages are read as they are needed, let go, and read again by their cursor", async () => {
  const asked = [];
  const pages = new DataPages(server(1000, asked));
  for (let to = 5; !pages.isComplete; to = pages.length + 1) await pages.need(to - 5, to);
  assert.equal(pages.length, 1000);
  assert.equal(asked.length, 100);
  assert.equal(pages.row(0), null); // long ago
  await pages.need(0, 5);
  assert.equal(pages.row(3).cells[0], "3");
  assert.equal(asked.at(-1), null);
  pages.replace(rowKey(row(3)), null);
  assert.deepEqual([pages.length, pages.row(3).cells[0]], [999, "4"]);
});

test("an answer to an older question is passed over", async () => {
  let answer;
  const pages = new DataPages(() => new Promise((resolve) => (answer = resolve)));
  const first = pages.need(0, 5);
  const late = answer;
  pages.reset();
  late({ rows: [row(1)], next: null });
  await first;
  assert.equal(pages.length, 0);
});

test("what is as it was is no change; failures stand at their changes", () => {
  const pending = new DataPending();
  const before = () => "n";
  pending.update(row(1), { note: "x" }, before);
  pending.update(row(1), { note: "n" }, before);
  assert.equal(pending.size, 0);
  pending.update(row(1), { note: null }, before);
  pending.add({ note: "" });
  pending.remove(row(2));
  assert.equal(pending.words(), "1 new, 1 changed, 1 to be removed");
  const ids = [...pending.changes.keys()];
  const now = row(1, "theirs");
  pending.failed(ids, [{ number: 0, kind: "conflict", what: "", mend: "", columns: [], now: { ...now, revision: "r9" } }]);
  pending.keepMine(pending.of(row(1)));
  assert.deepEqual(pending.sent()[0], { kind: "update", key: { id: "1" }, values: { note: null }, revision: "r9" });
});

test("filters are read as they are written", () => {
  assert.deepEqual(filterOf("a", "text", " x_y "), { column: "a", operation: "ilike", value: "%x\\_y%" });
  assert.deepEqual(filterOf("a", "text", ">= 10"), { column: "a", operation: "ge", value: "10" });
  assert.deepEqual(filterOf("a", "integer", "10"), { column: "a", operation: "eq", value: "10" });
  assert.deepEqual(filterOf("a", "text", "not NULL"), { column: "a", operation: "is_not_null" });
  assert.deepEqual(filterOf("a", "text", "=null"), { column: "a", operation: "eq", value: "null" });
  assert.equal(filterOf("a", "text", "  "), null);
});

test("documents are judged before they are sent", () => {
  assert.equal(problemOfDocument({ kind: "json" }, '{"a": 1}'), "");
  assert.match(problemOfDocument({ kind: "json" }, "{"), /no JSON/);
  assert.match(problemOfDocument({ kind: "array" }, "1"), /list is needed/);
  assert.equal(problemOfDocument({ kind: "array" }, "{1,2}"), "");
});
