import assert from "node:assert/strict";
import { test } from "node:test";

import { class_of, compare, count, GAVE_UP } from "./compare.mjs";

const theirs = (line, message, severity = "error") => ({ line, endLine: line, severity, message });
const mine = (line, endLine, group = "schema") => ({ line, endLine, rule: "unexpected-key", group, message: "no" });

test("errors that meet on a line agree", () => {
  assert.deepEqual(compare(new Map([["a.yml", [theirs(3, "x")]]]), new Map([["a.yml", [mine(2, 4)]]])), []);
});

test("each side's lonely errors are told, with where the other has some", () => {
  const found = compare(
    new Map([
      ["a.yml", [theirs(3, "Unexpected value 'a'"), theirs(5, "y", "warning")]],
      ["b.yml", []],
      ["c.yml", [theirs(1, "z")]],
    ]),
    new Map([
      ["a.yml", [mine(5, 5)]],
      ["b.yml", [mine(1, 1), mine(2, 2, "security/injection")]],
    ]),
  );
  assert.deepEqual(
    found.map(({ kind, path, line, group }) => [kind, path, line, group]),
    [
      ["theirs, none on the line", "a.yml", 3, "Unexpected value …"],
      ["ours, none on the line", "a.yml", 5, "unexpected-key"],
      ["ours, none in the file", "b.yml", 1, "unexpected-key"],
      ["theirs, none in the file", "c.yml", 1, "z"],
    ],
  );
});

test("a file that the service gave up on says nothing", () => {
  assert.deepEqual(compare(new Map([["a.yml", [theirs(1, "no", GAVE_UP)]]]), new Map([["a.yml", [mine(1, 1)]]])), []);
});

test("messages of a kind are counted together", () => {
  assert.equal(class_of("Unexpected value 'a' at 12\nmore"), "Unexpected value … at #");
  const rows = count([
    { kind: "ours", group: "a" },
    { kind: "ours", group: "b" },
    { kind: "ours", group: "b" },
  ]);
  assert.deepEqual(rows, [["ours", "b", 2], ["ours", "a", 1]]);
});
