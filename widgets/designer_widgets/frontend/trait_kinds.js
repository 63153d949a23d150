// What each trait says and asks: its fields with their labels and what they mean.

const SETTING_HINT = "a session setting, such as app.tenant_id";

/** What each trait says and asks. */
export const TRAIT_KINDS = [
  {
    kind: "timestamps",
    title: "Timestamps",
    words: "created_at and updated_at, kept by a trigger.",
    fields: [
      { name: "created", help: "When the row came: created_at", label: "Created", kind: "text", start: "created_at", nullable: false },
      { name: "updated", help: "When it was changed last, set by a trigger: updated_at", label: "Updated", kind: "text", start: "updated_at", hint: "empty: rows never change" },
    ],
  },
  {
    kind: "soft_delete",
    title: "Soft delete",
    words: "Rows are marked as deleted; a view shows the live ones.",
    fields: [
      { name: "attribute", help: "When the row was deleted; empty while it lives: deleted_at", label: "Attribute", kind: "text", start: "deleted_at", nullable: false },
      { name: "view", help: "Shows the rows that are not deleted: live_orders; empty: named after the table", label: "View of live rows", kind: "text" },
    ],
  },
  {
    kind: "tenant_scoped",
    title: "Tenant-scoped",
    words: "Every row belongs to one tenant; row-level security keeps the others away.",
    fields: [
      { name: "tenant_entity_id", help: "The entity whose rows are the tenants", label: "Tenant", kind: "entity" },
      { name: "attribute", help: "The attribute that says whose a row is: tenant_id", label: "Attribute", kind: "text", start: "tenant_id", nullable: false },
      { name: "setting", help: "Which tenant a session works for: SET app.tenant_id = …", label: "Setting", kind: "text", start: "app.tenant_id", hint: SETTING_HINT, nullable: false },
      { name: "roles", help: "Database roles that the policy is for, with commas between", label: "Roles", kind: "words", hint: "nobody named: everyone" },
    ],
  },
  {
    kind: "audited",
    title: "Audited",
    words: "Every change is written to an append-only log, by trigger.",
    fields: [
      { name: "log", help: "The table that keeps who changed what, and when: audit_log", label: "Log table", kind: "text", start: "audit_log", nullable: false },
      { name: "exclude", help: "Attributes whose values are not written to the log", label: "Kept out of the log", kind: "names" },
    ],
  },
  {
    kind: "partitioned",
    title: "Partitioned",
    words: "The table is split by time, by value or by hash.",
    fields: [
      {
        name: "method",
        help: "How rows are divided among partitions",
        label: "Method",
        kind: "choice",
        options: [
          ["RANGE", "range of time"],
          ["LIST", "list of values"],
          ["HASH", "hash"],
        ],
        start: "RANGE",
      },
      { name: "attribute", help: "The attribute that decides where a row goes", label: "Attribute", kind: "attribute", start: "created_at" },
      {
        name: "interval",
        help: "How long the time of one partition is",
        label: "One partition each",
        kind: "choice",
        options: ["DAY", "MONTH", "YEAR"],
        start: "MONTH",
        when: (value) => value.method === "RANGE",
      },
      { name: "start", help: "The first day that has a partition", label: "From", kind: "date", when: (value) => value.method === "RANGE" },
      {
        name: "ahead",
        help: "How many partitions are made beforehand: 12",
        label: "Partitions made ahead",
        kind: "number",
        start: 12,
        when: (value) => value.method === "RANGE",
      },
      { name: "lists", help: "A line for each partition: its name, a colon, its values", label: "Values of each partition", kind: "lists", when: (value) => value.method === "LIST" },
      { name: "modulus", help: "How many partitions rows are spread over: 4", label: "Partitions", kind: "number", start: 4, when: (value) => value.method === "HASH" },
      {
        name: "default_partition",
        help: "Rows that fit no other partition go there instead of being refused",
        label: "A default partition takes the rest",
        kind: "bool",
        start: true,
        when: (value) => value.method !== "HASH",
      },
    ],
  },
  {
    kind: "archived",
    title: "Archived",
    words: "Old rows move to a table of their own, many at a time.",
    fields: [
      {
        name: "after",
        help: "How old a row is when it moves: 2 years",
        label: "After",
        kind: "text",
        start: "2 years",
        hint: "such as 90 days, 18 months, 7 years",
        nullable: false,
      },
      { name: "attribute", help: "The attribute that says how old a row is", label: "By", kind: "attribute", start: "created_at" },
      { name: "table", help: "Where old rows move to; empty: named after the table", label: "Archive table", kind: "text" },
    ],
  },
  {
    kind: "encrypted",
    title: "Encrypted",
    words: "Attributes are kept as ciphertext; needs pgcrypto.",
    fields: [
      { name: "attributes", help: "Whose values are kept as ciphertext", label: "Attributes", kind: "names" },
      {
        name: "key_setting",
        help: "The session setting that holds the key: app.encryption_key",
        label: "Setting with the key",
        kind: "text",
        start: "app.encryption_key",
        nullable: false,
      },
    ],
  },
  {
    kind: "searchable",
    title: "Searchable",
    words: "A text-search vector over weighted attributes, with its index.",
    fields: [
      { name: "weights", help: "Which attributes are searched, and how much each counts", label: "Weights, A weighs most", kind: "weights" },
      { name: "configuration", help: "How words are understood: simple, english, german", label: "Configuration", kind: "text", start: "simple", nullable: false },
      { name: "attribute", help: "The attribute that holds the words: search_vector", label: "Attribute", kind: "text", start: "search_vector", nullable: false },
    ],
  },
];
