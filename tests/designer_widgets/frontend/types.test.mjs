// Types as they are typed, and what is offered for them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { typeOffers, typeParts } = await load("type_words.js");

const TYPES = [
  { name: "order_status", hint: "enum of this design: new, paid" },
  { name: "varchar(255)", hint: "text of at most so many characters; string" },
  { name: "numeric(12,2)", hint: "exact number; decimal money price" },
  { name: "text", hint: "text of any length; string" },
  { name: "timestamptz", hint: "a moment; datetime timestamp with time zone" },
  { name: "numeric", hint: "" },
];
const texts = (typed) => typeOffers(TYPES, typed).map((one) => one.text);

test("a type is taken apart while it is still typed", () => {
  assert.deepEqual(typeParts("numeric(12,2)[]"), { base: "numeric", size: "(12,2)", array: "[]" });
  assert.deepEqual(typeParts("varchar(2"), { base: "varchar", size: "(2", array: "" });
  assert.deepEqual(typeParts("double precision"), { base: "double precision", size: "", array: "" });
});

test("what fits best comes first, and letters in their order are enough", () => {
  assert.equal(texts("num")[0], "numeric(12,2)");
  assert.equal(texts("tstz")[0], "timestamptz");
  assert.equal(texts("datetime")[0], "timestamptz");
  assert.equal(texts("paid")[0], "order_status");
  assert.equal(texts("enum").includes("order_status"), false, "that it is an enum is not its name");
  assert.deepEqual(texts("zzz"), []);
});

test("an offered size is there to be typed over; a typed one stays; arrays are offered and stay", () => {
  const [first] = typeOffers(TYPES, "varch");
  assert.deepEqual(first, { text: "varchar(255)", hint: "text of at most so many characters", select: [8, 11] });
  assert.equal(texts("varchar(40)")[0], "varchar(40)[]");
  assert.equal(texts("numer(9,3)")[0], "numeric(9,3)");
  assert.ok(texts("text").includes("text[]"));
  assert.equal(texts("order_st[]")[0], "order_status[]");
});
