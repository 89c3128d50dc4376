#!/usr/bin/env node
// Holds `plimsoll lint` against GitHub's own language service over a folder of workflows and actions.

import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { compare, count, CORRECTNESS, GAVE_UP } from "./compare.mjs";

register("./json-modules.mjs", import.meta.url);
const { diagnose } = await import("./service.mjs");

const USAGE = "usage: crosscheck.mjs FOLDER [--plimsoll PROGRAM] [--any-name] [--details] [--only TEXT] [--output FILE]";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    plimsoll: { type: "string", default: "plimsoll" },
    "any-name": { type: "boolean", default: false },
    details: { type: "boolean", default: false },
    only: { type: "string" },
    output: { type: "string" },
  },
});
if (positionals.length !== 1) {
  console.error(USAGE);
  process.exit(2);
}

const folder = resolve(positionals[0]);
const paths = files(folder, options["any-name"]);
const service = await diagnose(folder, paths, join(import.meta.dirname, ".cache"));
if (options.output) writeFileSync(options.output, JSON.stringify(flat(service), null, 1));
report(compare(service, lint(folder, paths)), service);

/** Lists the workflows and action manifests by their names, or every YAML file. */
function files(folder, anyName) {
  const isTaken = anyName ? /\.ya?ml$/ : /(\.github\/workflows\/[^/]+\.ya?ml|(^|\/)action\.ya?ml)$/;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return found.map((path) => relative(folder, path)).filter((path) => isTaken.test(path)).sort();
}

/** Returns the errors that plimsoll finds, by path. */
function lint(folder, paths) {
  const program = options.plimsoll.includes("/") ? resolve(options.plimsoll) : options.plimsoll;
  const lint = ["lint", "--format", "json", "--no-config", "--persona", "auditor", "--exit-zero", ...paths];
  const json = (words) => JSON.parse(execFileSync(program, words, { cwd: folder, maxBuffer: 1 << 30 }));
  const groups = new Map(json(["rules", "--format", "json"]).rules.map(({ id, group }) => [id, group]));
  const found = new Map(paths.map((path) => [path, []]));
  for (const { rule, severity, path, start, end, message, suppressed } of json(lint).findings) {
    if (severity !== "error" || suppressed !== null) continue;
    const finding = { rule, line: start.line, column: start.column, endLine: end.line, message, group: groups.get(rule) };
    found.get(path)?.push(finding);
  }
  return found;
}

function flat(service) {
  return [...service].flatMap(([path, diagnostics]) => diagnostics.map((diagnostic) => ({ path, ...diagnostic })));
}

function report(disagreements, service) {
  const chosen = disagreements.filter(({ group }) => !options.only || group.includes(options.only));
  const number = (wanted) => flat(service).filter(({ severity }) => severity === wanted).length;
  const read = `${service.size} files, of which the service gave up on ${number(GAVE_UP)}`;
  console.log(`${read}; ${number("error")} errors of the service, ${chosen.length} disagreements on errors`);
  console.log(`(of ours, the groups ${[...CORRECTNESS].join(", ")})`);
  for (const [kind, group, number] of count(chosen)) console.log(`${String(number).padStart(6)}  ${kind}: ${group}`);
  if (!options.details) return;
  for (const { kind, path, line, column, message, rule } of chosen) {
    console.log(`${path}:${line}:${column}: [${kind}] ${rule ? `${rule}: ` : ""}${message.split("\n")[0]}`);
  }
}
