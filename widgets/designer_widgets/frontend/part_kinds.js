// What the parts of an entity are made of: each field with its label and what it means.

const NAME = {
  name: "name",
  label: "Name",
  kind: "text",
  help: "As it is called in the database, up to 63 bytes; empty: named after the table and the attributes",
};
const DEFERRABLE = {
  name: "deferrable",
  label: "Checked",
  kind: "choice",
  options: [
    ["", "with each statement"],
    ["IMMEDIATE", "deferrable, immediate"],
    ["DEFERRED", "at the end of the transaction"],
  ],
  help: "When the rule has to hold; rows that refer to each other need the end of the transaction",
};
const COMMENT = {
  name: "description",
  label: "Comment",
  kind: "text",
  nullable: false,
  help: "What it is for; kept in the database with COMMENT ON",
};
const PREDICATE = {
  name: "predicate",
  label: "Only rows where",
  kind: "sql",
  judge: "predicate",
  help: "A condition in SQL: only rows for which it holds are kept in it",
};

/** What each collection's parts are made of. */
export const PART_KINDS = [
  {
    collection: "keys",
    title: "Unique keys",
    one: "unique key",
    words: (part) => `unique (${part.attributes.join(", ")})${part.nulls_not_distinct ? " nulls not distinct" : ""}`,
    fields: [
      { name: "attributes", label: "Attributes", kind: "names", help: "No two rows agree on all of these, in this order" },
      NAME,
      {
        name: "nulls_not_distinct",
        label: "Nulls are equal (NULLS NOT DISTINCT)",
        kind: "bool",
        help: "Rows without a value collide as well; PostgreSQL 15 and later",
      },
      DEFERRABLE,
      { name: "include", label: "Include", kind: "names", help: "Kept in the index beside the key, so that queries need not look at the row" },
      COMMENT,
    ],
  },
  {
    collection: "checks",
    title: "Checks",
    one: "check",
    words: (part) => `check (${part.expression})`,
    fields: [
      {
        name: "expression",
        label: "Expression",
        kind: "sql",
        judge: "check",
        hint: "such as: price >= 0",
        help: "SQL over the attributes of a row that must not be false",
        nullable: false,
      },
      NAME,
      {
        name: "is_valid",
        label: "Holds for rows that are there, too",
        kind: "bool",
        start: true,
        help: "Off: NOT VALID, so that only new and changed rows are checked",
      },
      COMMENT,
    ],
  },
  {
    collection: "indexes",
    title: "Indexes",
    one: "index",
    words: (part) =>
      `${part.is_unique ? "unique " : ""}${part.method} (${part.keys.map((key) => (key.attribute ?? `(${key.expression})`) + (key.descending ? " desc" : "")).join(", ")})${part.include.length ? ` include (${part.include.join(", ")})` : ""}${part.predicate ? ` where ${part.predicate}` : ""}`,
    fields: [
      { name: "keys", label: "Keys", kind: "index_keys", help: "What is looked up, the most important first" },
      NAME,
      {
        name: "method",
        label: "Method",
        kind: "choice",
        options: ["btree", "gin", "gist", "brin", "hash", "spgist"],
        start: "btree",
        help: "btree for order and equality, gin for arrays, JSON and words, gist for ranges and places, brin for huge tables in order",
      },
      { name: "is_unique", label: "Unique", kind: "bool", help: "No two rows have the same keys" },
      { ...PREDICATE, hint: "a partial index, such as: deleted_at IS NULL" },
      { name: "include", label: "Include", kind: "names", help: "Kept in the index beside the keys, so that queries need not look at the row" },
      COMMENT,
    ],
  },
  {
    collection: "exclusions",
    title: "Exclusions",
    one: "exclusion",
    words: (part) =>
      `exclude using ${part.method} (${part.elements.map((element) => `${element.expression} with ${element.operator}`).join(", ")})`,
    fields: [
      {
        name: "elements",
        label: "No two rows agree on all of",
        kind: "elements",
        help: "Such as room = and during &&: no room twice at the same time",
      },
      NAME,
      {
        name: "method",
        label: "Method",
        kind: "choice",
        options: ["gist", "btree", "hash", "spgist"],
        start: "gist",
        help: "gist for ranges and places; = beside them needs the extension btree_gist",
      },
      PREDICATE,
      DEFERRABLE,
      COMMENT,
    ],
  },
  {
    collection: "policies",
    title: "Policies",
    one: "policy",
    words: (part) =>
      `${part.command.toLowerCase()}${part.roles.length ? ` to ${part.roles.join(", ")}` : ""}${part.using ? ` using (${part.using})` : ""}${part.check ? ` check (${part.check})` : ""}`,
    fields: [
      { ...NAME, nullable: false, help: "As it is called in the database: own_rows" },
      {
        name: "command",
        label: "For",
        kind: "choice",
        options: ["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"],
        start: "ALL",
        help: "Which statements it is about",
      },
      {
        name: "permissive",
        label: "Permissive",
        kind: "bool",
        start: true,
        help: "On: one of the permissive policies is enough. Off: it must hold as well as they",
      },
      { name: "roles", label: "Roles", kind: "words", hint: "nobody named: everyone", help: "Whom it is about, with commas between" },
      {
        name: "using",
        label: "Rows that are seen",
        kind: "sql",
        judge: "using",
        help: "A condition in SQL: owner = current_user",
      },
      {
        name: "check",
        label: "Rows that may be written",
        kind: "sql",
        judge: "with check",
        help: "A condition in SQL on new rows; empty: that of the rows that are seen",
      },
      COMMENT,
    ],
  },
  {
    collection: "triggers",
    title: "Triggers",
    one: "trigger",
    words: (part) =>
      `${part.timing.toLowerCase()} ${part.events.join(" or ").toLowerCase()}${part.update_attributes.length ? ` of ${part.update_attributes.join(", ")}` : ""} → ${part.function}`,
    fields: [
      { ...NAME, nullable: false, help: "As it is called in the database; those of one event fire in the order of their names" },
      {
        name: "timing",
        label: "When",
        kind: "choice",
        options: ["BEFORE", "AFTER", "INSTEAD OF"],
        start: "BEFORE",
        help: "BEFORE may change the row, AFTER sees what came of it; INSTEAD OF is for views",
      },
      {
        name: "events",
        label: "Events",
        kind: "names",
        options: ["INSERT", "UPDATE", "DELETE", "TRUNCATE"],
        start: ["UPDATE"],
        help: "What it fires upon",
      },
      {
        name: "update_attributes",
        label: "Only when these are updated",
        kind: "names",
        help: "UPDATE OF: other updates do not fire it",
        when: (value) => value.events.includes("UPDATE"),
      },
      {
        name: "function",
        label: "Function",
        kind: "text",
        piece: "function",
        nullable: false,
        help: "A function of the design or the server that returns trigger: set_updated_at",
      },
      { name: "arguments", label: "Arguments", kind: "words", help: "Texts that the function gets, with commas between" },
      {
        name: "for_each_row",
        label: "For each row",
        kind: "bool",
        start: true,
        help: "Off: once for each statement",
      },
      { name: "condition", label: "Only when", kind: "sql", judge: "condition", help: "A condition in SQL: OLD.price <> NEW.price" },
      COMMENT,
    ],
  },
  {
    collection: "partitions",
    title: "Partitions",
    one: "partition",
    words: (part) => `${part.bound}${part.part_of ? ` of ${part.part_of}` : ""}`,
    fields: [
      { ...NAME, nullable: false, help: "The name of the partition's table: events_2026" },
      {
        name: "bound",
        label: "Which rows",
        kind: "sql",
        piece: "bound",
        nullable: false,
        hint: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        help: "As SQL says it: FOR VALUES FROM (…) TO (…), FOR VALUES IN (…), FOR VALUES WITH (MODULUS 4, REMAINDER 0), or DEFAULT",
      },
      { name: "part_of", label: "Part of", kind: "text", help: "A partition that is divided itself; empty: of the table" },
      COMMENT,
    ],
  },
];
