// SQL in colours, simply: words, strings, comments, numbers. Pure; it cuts a text into pieces and never loses one.

const KEYWORDS = new Set(
  `add after all alter always and any array as asc before begin between by cascade case cast check collate column comment
  commit concurrently conflict constraint create cross current_setting current_user default deferrable deferred delete
  desc distinct do domain drop each else enable end enum except exclude execute exists extension for force foreign from
  full function generated grant group having identity if immediate in include index inherits initially inner insert
  instead intersect interval into is join key language last left like limit materialized merge no not null nulls of on
  only or order outer over owned partition permissive plpgsql policy primary procedure range references replace restrict
  returning returns revoke right role row schema security select sequence set sql stable stored table tablespace
  temporary then to trigger truncate type union unique unlogged update usage using values view volatile when where with
  within`.split(/\s+/),
);

const PIECE = new RegExp(
  [
    "(?<comment>--[^\\n]*|/\\*[\\s\\S]*?\\*/)",
    "(?<string>'(?:[^']|'')*'|\\$(?<tag>\\w*)\\$[\\s\\S]*?\\$\\k<tag>\\$)",
    '(?<quoted>"(?:[^"]|"")*")',
    "(?<number>\\b\\d+(?:\\.\\d+)?\\b)",
    "(?<word>[A-Za-z_]\\w*)",
  ].join("|"),
  "g",
);

/**
 * Cut SQL into pieces; put together they are the text again.
 * @param {string} sql
 * @returns {{kind: "plain" | "comment" | "string" | "quoted" | "number" | "keyword", text: string}[]}
 */
export function sqlPieces(sql) {
  /** @type {{kind: any, text: string}[]} */
  const pieces = [];
  let at = 0;
  const plain = (end) => {
    if (end > at) pieces.push({ kind: "plain", text: sql.slice(at, end) });
  };
  for (const match of sql.matchAll(PIECE)) {
    const groups = match.groups ?? {};
    const kind =
      ["comment", "string", "quoted", "number"].find((name) => groups[name] !== undefined) ??
      (KEYWORDS.has(match[0].toLowerCase()) ? "keyword" : "plain");
    if (kind === "plain") continue;
    plain(match.index);
    pieces.push({ kind, text: match[0] });
    at = (match.index ?? 0) + match[0].length;
  }
  plain(sql.length);
  return pieces;
}
