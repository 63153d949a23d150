import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./modules.mjs";

const { endChanges } = await load("line_ends.js");
const told = (from, end, value) => {
  const [relationship_type, source_cardinality, target_cardinality] = from.split(" ");
  const changed = endChanges({ relationship_type, source_cardinality, target_cardinality }, end, value);
  const keeps = "target_attributes" in changed ? "anew" : "kept";
  return [changed.relationship_type, changed.source_cardinality, changed.target_cardinality, keeps].join(" ");
};

test("the type follows the ends, and columns go only with it", () => {
  assert.equal(told("ONE_TO_MANY 1 0..N", "source", "0..1"), "ONE_TO_MANY 0..1 0..N kept");
  assert.equal(told("ONE_TO_MANY 1 0..N", "target", "0..1"), "ONE_TO_ONE 1 0..1 kept");
  assert.equal(told("ONE_TO_ONE 1 0..1", "target", "1..N"), "ONE_TO_MANY 1 1..N kept");
  assert.equal(told("ONE_TO_ONE 1 0..1", "source", "N"), "MANY_TO_MANY N 0..N anew");
  assert.equal(told("ONE_TO_MANY 1 0..N", "source", "0..N"), "MANY_TO_MANY 0..N 0..N anew");
  assert.equal(told("MANY_TO_MANY N 0..N", "target", "1"), "ONE_TO_ONE 1 1 anew");
  assert.equal(told("MANY_TO_MANY N 0..N", "source", "0..1"), "ONE_TO_MANY 0..1 0..N anew");
});
