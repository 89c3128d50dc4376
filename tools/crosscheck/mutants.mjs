#!/usr/bin/env node
// Writes files that each have one change to a valid workflow or action: every node is replaced by every kind of
// value, every key is left out, misspelt and given twice. Whether GitHub takes the result is for `crosscheck.mjs`.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isPair, isSeq, parseDocument, visit } from "yaml";

const VALUES = {
  null: null,
  empty: "",
  space: " ",
  text: "text",
  one: 1,
  negative: -1,
  fraction: 1.5,
  true: true,
  "no sequence": [],
  "no mapping": {},
  texts: ["text"],
  "empty texts": [""],
  "null items": [null],
  sequences: [["text"]],
  mapping: { key: "text" },
  "null value": { key: null },
  "empty key": { "": "text" },
  expression: "${{ github.sha }}",
  "text with expression": "a ${{ github.sha }}",
  expressions: ["${{ github.sha }}"],
  "expression value": { key: "${{ github.sha }}" },
};

const KEYS = {
  "left out": (map, pair) => void map.items.splice(map.items.indexOf(pair), 1),
  misspelt: (_, pair) => void (pair.key.value += "x"),
  "in capitals": (_, pair) => void (pair.key.value = pair.key.value.toUpperCase()),
  "given twice": (map, pair) => void map.items.push(pair.clone()),
  "given twice in capitals": (map, pair) => {
    const twin = pair.clone();
    twin.key.value = twin.key.value.toUpperCase();
    map.items.push(twin);
  },
};

const folder = process.argv[2];
if (!folder) {
  console.error("usage: mutants.mjs FOLDER");
  process.exit(2);
}
const seeds = join(import.meta.dirname, "seeds");
for (const seed of readdirSync(seeds)) write(seed, readFileSync(join(seeds, seed), "utf8"));

/** Writes all mutants of a seed, each under a name that says what was changed. */
function write(seed, text) {
  const places = [];
  visit(parseDocument(text), { Node: (_, node, parents) => void places.push(pathOf(node, parents)) });
  for (const path of new Set(places.filter(Boolean))) {
    const keys = path.split("\0");
    for (const [name, value] of Object.entries(VALUES)) save(seed, keys, name, text, (document) => document.setIn(keys, value));
    for (const [name, change] of Object.entries(KEYS)) {
      save(seed, keys, name, text, (document) => {
        const map = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1));
        if (!isMap(map)) return false;
        return change(map, map.items.find((pair) => pair.key.value === keys.at(-1)));
      });
    }
  }
}

/** Returns the keys that lead to a value, or nothing for a key and for the top. */
function pathOf(node, parents) {
  const keys = [];
  for (let at = 1; at <= parents.length; at += 1) {
    const [parent, child] = [parents[at - 1], parents[at] ?? node];
    if (isPair(parent) && parent.key === child) return undefined;
    if (isPair(parent)) keys.push(parent.key.value);
    if (isSeq(parent)) keys.push(String(parent.items.indexOf(child)));
  }
  return keys.join("\0");
}

function save(seed, keys, name, text, change) {
  const document = parseDocument(text, { uniqueKeys: false });
  if (change(document) === false) return;
  const label = `${keys.join(".").replaceAll("/", "_")} ${name}`;
  const isAction = seed !== "workflow.yml";
  const path = isAction ? join(folder, seed, label) : join(folder, ".github", "workflows");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, isAction ? "action.yml" : `${label}.yml`), document.toString({ lineWidth: 0 }));
}
