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
    off: (event, callback) =>
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((one) => one !== callback),
      ),
    fire: (event, value) => (listeners.get(event) ?? []).forEach((callback) => callback(value)),
    count: () => [...listeners.values()].flat().length,
  };
}

const design = { entities: [{ id: "e1" }, { id: "e2" }], relationships: [{ id: "r1" }] };
const fresh = () => fakeModel({ history: { revision: 3 }, design, selected: [], settings: {}, findings: {} });

/** Let promises that are settled be heard. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("intents go one after the other, each on the revision that the one before led to", async () => {
  const model = fresh();
  const store = new Store(model);
  const [first, second] = [store.send({ kind: "undo" }), store.send({ kind: "redo" })];
  await settle();
  assert.deepEqual(
    model.sent.map(({ kind, revision }) => [kind, revision]),
    [["undo", 3]],
  );
  model.set("history", { revision: 4 });
  model.fire("msg:custom", { id: model.sent[0].id, ok: "first", revision: 4 });
  await settle();
  assert.deepEqual([model.sent[1].kind, model.sent[1].revision], ["redo", 4]);
  assert.notEqual(model.sent[0].id, model.sent[1].id);
  model.fire("msg:custom", { id: model.sent[1].id, ok: "second", revision: 4 });
  assert.deepEqual(await Promise.all([first, second]), ["first", "second"]);
});

test("cancelling does not wait its turn", async () => {
  const model = fresh();
  const store = new Store(model);
  store.send({ kind: "deploy" });
  store.send({ kind: "cancel" });
  await settle();
  assert.deepEqual(new Set(model.sent.map(({ kind }) => kind)), new Set(["cancel", "deploy"]));
});

test("a refusal carries what, where and mend, and does not stop the next intent", async () => {
  const model = fresh();
  const store = new Store(model);
  const asked = store.send({ kind: "undo" });
  store.send({ kind: "redo" });
  await settle();
  model.fire("msg:custom", { id: model.sent[0].id, error: { what: "no", where: "here", mend: "do" } });
  await assert.rejects(asked, (error) => error instanceof IntentRefused && error.problem.mend === "do");
  await settle();
  assert.equal(model.sent.length, 2);
});

test("an answer that overtakes its documents waits for them", async () => {
  const model = fresh();
  const store = new Store(model);
  let answered = false;
  const asked = store.send({ kind: "undo" }).then(() => {
    answered = true;
  });
  await settle();
  model.fire("msg:custom", { id: model.sent[0].id, ok: {}, revision: 4 });
  await settle();
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

/** A model as marimo gives it: of one message each trait is set and told before the next one is. */
function oneByOne(state) {
  const model = fakeModel(state);
  model.update = (changed) => {
    for (const [name, value] of Object.entries(changed)) {
      model.set(name, value);
      model.fire(`change:${name}`, value);
    }
  };
  return model;
}

test("patches arrive where traits are told one by one, in whatever order", async () => {
  const led = (from) => ({ documents: { design: { from, to: from + 1, set: { name: `v${from + 1}` }, gone: [], items: {}, spliced: {} } } });
  const told = { patch: led(1), history: { revision: 4 }, settings: {}, scenes: {} };
  const orders = [Object.keys(told), Object.keys(told).reverse(), ["scenes", "patch", "settings", "history"]];
  for (const order of orders) {
    const model = oneByOne({ history: { revision: 3 }, design: { ...design, stamp: 1, name: "v1" }, patch: {}, settings: {}, selected: [] });
    const store = new Store(model);
    const seen = [];
    store.on("design", () => seen.push(store.get("design").name));
    const asked = store.send({ kind: "undo" });
    await settle();
    model.update(Object.fromEntries(order.map((name) => [name, told[name]])));
    model.fire("msg:custom", { id: model.sent[0].id, ok: {}, revision: 4 });
    await asked;
    assert.deepEqual(seen, ["v2"], order.join());
    model.update({ history: { revision: 6 }, patch: led(3) }); // the one between has been missed
    assert.equal(store.get("design").name, "v2");
    assert.deepEqual([model.sent.at(-1).kind, model.sent.at(-1).stamps.design], ["look", 2]);
    model.update({ design: { ...design, stamp: 4, name: "v4" } });
    assert.equal(store.get("design").name, "v4");
  }
});
