import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { IntentRefused, Store } = await load("store.js");

/** A model as anywidget gives it, without a kernel behind it. */
function fakeModel(state) {
  const listeners = new Map();
  const sent = [];
  return {
    sent,
    get: (name) => state[name],
    set: (name, value) => {
      state[name] = value;
    },
    save_changes: () => {},
    send: (message) => sent.push(message),
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) => listeners.set(event, (listeners.get(event) ?? []).filter((one) => one !== callback)),
    fire: (event, value) => (listeners.get(event) ?? []).forEach((callback) => callback(value)),
    count: () => [...listeners.values()].flat().length,
  };
}

const design = { entities: [{ id: "e1" }, { id: "e2" }], relationships: [{ id: "r1" }] };
const fresh = () => fakeModel({ history: { revision: 3 }, design, selected: [], settings: {}, findings: {} });

test("an answer reaches the one who asked, by id", async () => {
  const model = fresh();
  const store = new Store(model);
  const [first, second] = [store.send({ kind: "undo" }), store.send({ kind: "redo" })];
  const [a, b] = model.sent;
  assert.notEqual(a.id, b.id);
  assert.equal(a.revision, 3);
  model.fire("msg:custom", { id: b.id, ok: "second", revision: 3 });
  model.fire("msg:custom", { id: a.id, ok: "first", revision: 3 });
  assert.deepEqual(await Promise.all([first, second]), ["first", "second"]);
});

test("a refusal carries what, where and mend", async () => {
  const model = fresh();
  const store = new Store(model);
  const asked = store.send({ kind: "undo" });
  model.fire("msg:custom", { id: model.sent[0].id, error: { what: "no", where: "here", mend: "do" } });
  await assert.rejects(asked, (error) => error instanceof IntentRefused && error.problem.mend === "do");
});

test("an answer that overtakes its documents waits for them", async () => {
  const model = fresh();
  const store = new Store(model);
  let answered = false;
  const asked = store.send({ kind: "undo" }).then(() => {
    answered = true;
  });
  model.fire("msg:custom", { id: model.sent[0].id, ok: {}, revision: 4 });
  await Promise.resolve();
  assert.equal(answered, false);
  model.set("history", { revision: 4 });
  model.fire("change:history");
  await asked;
  assert.equal(answered, true);
});

test("messages that nobody asked for are ignored", () => {
  const model = fresh();
  new Store(model);
  model.fire("msg:custom", { id: "unknown", ok: {} });
  model.fire("msg:custom", null);
  assert.equal(model.sent.length, 0);
});

test("the selection is told to the kernel, and one from the kernel is shown", () => {
  const model = fresh();
  const store = new Store(model);
  const told = [];
  store.on("selection", (how) => told.push(how));
  store.select({ entities: ["e1"] });
  assert.deepEqual(model.get("selected"), ["e1"]);
  model.set("selected", ["r1"]);
  model.fire("change:selected");
  assert.equal(store.view.relationship, "r1");
  assert.equal(store.view.entities.size, 0);
  assert.equal(told.length, 2);
});

test("closing leaves nothing behind", () => {
  const model = fresh();
  const store = new Store(model);
  store.close();
  assert.equal(model.count(), 0);
});
