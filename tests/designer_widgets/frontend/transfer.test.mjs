import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { textOf } = await load("import_source.js");
const { stateWords } = await load("import_preview.js");
const { lossWords } = await load("loss_report.js");

const bytes = (text) => new TextEncoder().encode(text);

test("a file is read as UTF-8, or as its byte order mark says", () => {
  assert.equal(textOf(bytes("CREATE TABLE ümlaut ();")), "CREATE TABLE ümlaut ();");
  assert.equal(textOf(new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0xfc, 0x00])), "aü");
  assert.equal(textOf(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), "a");
});

test("what is no text is refused with what to do", () => {
  assert.throws(() => textOf(bytes("PGDMP\u0001")), /pg_restore --schema-only/);
  assert.throws(() => textOf(new Uint8Array([0x1f, 0x8b, 8])), /gunzip/);
  assert.throws(() => textOf(bytes("PAR1")), /path/);
  assert.throws(() => textOf(new Uint8Array([0x61, 0xe4, 0x62])), /not UTF-8/);
});

test("numbers are said in words, what is not there is not", () => {
  assert.equal(stateWords({ failed: 2, ran: 1200, skipped: 0 }), "1,200 ran, 2 failed.");
  assert.equal(stateWords({}), "It holds no statements.");
  assert.equal(lossWords({ refused: 1, kept: 12, opaque: 3 }), "12 kept, 3 opaque, 1 refused");
  assert.equal(lossWords({}), "nothing");
});
