#!/usr/bin/env node
// Writes what GitHub's npm packages say about events, contexts and functions.
//
// usage: node tools/knowledge/events.mjs [--check]
//
// Downloads the newest packages and writes
//   src/knowledge/data/event_payloads.txt   the shapes of `github.event`, which the linter reads
//   tests/fixtures/knowledge/github.txt     names and limits that tests hold hand-written tables to
// With --check nothing is written: what would change is printed, and the status is 1 if anything
// but a version or the date would.
//
// Nested objects of a payload are the union over the activity types of an event, and over the
// packages: the description of a single type often leaves out properties that GitHub sends.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PAYLOADS = "src/knowledge/data/event_payloads.txt";
const FACTS = "tests/fixtures/knowledge/github.txt";
const PACKAGES = {
  service: "@actions/languageservice",
  parser: "@actions/workflow-parser",
  expressions: "@actions/expressions",
  openapi: "@octokit/openapi-webhooks",
  schemas: "@octokit/webhooks-schemas",
};
/** What nearly every payload may have, whatever its description says. */
const COMMON = ["enterprise", "installation", "organization", "repository", "sender"];
/** Deeper than this, descriptions only repeat themselves. */
const DEEPEST = 12;

function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "knowledge-"));
  try {
    const packages = download(folder);
    return report(packages, payloads(packages)).then((clean) => process.exit(clean ? 0 : 1));
  } finally {
    process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  }
}

/** Downloads the packages; returns the folder and the name with the version of each. */
function download(folder) {
  execFileSync("npm", ["install", "--silent", "--ignore-scripts", "--prefix", folder, ...Object.values(PACKAGES)]);
  return Object.fromEntries(
    Object.entries(PACKAGES).map(([key, name]) => {
      const home = path.join(folder, "node_modules", name);
      return [key, { home, title: `${name} ${json(home, "package.json").version}` }];
    }),
  );
}

function json(...parts) {
  return JSON.parse(fs.readFileSync(path.join(...parts), "utf8"));
}

// ---- payloads -------------------------------------------------------------------------------

/** What is known of a value: the kinds of scalars, the items if it is a list, the properties if
 * it is an object, and whether it may have others. Nothing at all where only a name is known. */
function unknown() {
  return { kinds: new Set(), items: null, properties: null, open: false };
}

function property(shape, name) {
  shape.properties ??= new Map();
  if (!shape.properties.has(name)) shape.properties.set(name, unknown());
  return shape.properties.get(name);
}

/** Adds what a JSON schema says. */
function addSchema(shape, schema, root, depth = 0) {
  if (typeof schema !== "object" || depth > DEEPEST) {
    shape.kinds.add("?");
    return;
  }
  if (schema.$ref) {
    addSchema(shape, follow(schema.$ref, root), root, depth + 1);
    return;
  }
  const parts = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  parts.forEach((part) => addSchema(shape, part, root, depth + 1));
  const types = [schema.type ?? []].flat();
  if (schema.properties || types.includes("object")) addObject(shape, schema, root, depth);
  if (schema.items || types.includes("array")) {
    shape.items ??= unknown();
    addSchema(shape.items, schema.items ?? true, root, depth + 1);
  }
  const kinds = { string: "s", integer: "n", number: "n", boolean: "b" };
  types.filter((type) => kinds[type]).forEach((type) => shape.kinds.add(kinds[type]));
  if (parts.length === 0 && types.length === 0 && !schema.properties) {
    const values = schema.enum ?? ("const" in schema ? [schema.const] : [undefined]);
    values.filter((value) => value !== null).forEach((value) => shape.kinds.add(kinds[typeof value] ?? "?"));
  }
}

function follow(reference, root) {
  return reference.replace(/^#\//, "").split("/").reduce((at, step) => at[decodeURIComponent(step)], root);
}

/** Returns the one activity type that a payload is for, or "default". Those of repository_dispatch
 * are anyone's own. */
function actionOf(event, schema, root) {
  if (event === "repository_dispatch") return "default";
  if (schema.$ref) return actionOf(event, follow(schema.$ref, root), root);
  if (schema.oneOf) return actionOf(event, schema.oneOf[0], root);
  const action = schema.properties?.action;
  return action?.const ?? action?.enum?.[0] ?? "default";
}

function addObject(shape, schema, root, depth) {
  const entries = Object.entries(schema.properties ?? {});
  const others = schema.additionalProperties;
  shape.properties ??= new Map();
  shape.open ||= entries.length === 0 || others === true || typeof others === "object";
  entries.forEach(([name, value]) => addSchema(property(shape, name), value, root, depth + 1));
}

/** Adds the parameters of GitHub's language service, which has names but no types. */
function addParameters(shape, parameters, objects) {
  for (const given of parameters) {
    const parameter = typeof given === "number" ? objects[given] : given;
    const child = property(shape, parameter.name);
    if (parameter.childParamsGroups?.length) {
      const holder = child.items && !child.properties ? child.items : child;
      addParameters(holder, parameter.childParamsGroups, objects);
    }
  }
}

/** Adds an example, of which the names are taken. */
function addExample(shape, example) {
  for (const [name, value] of Object.entries(example)) {
    const child = property(shape, name);
    if (value && typeof value === "object" && !Array.isArray(value)) addExample(child, value);
  }
}

function merge(into, other) {
  other.kinds.forEach((kind) => into.kinds.add(kind));
  into.open ||= other.open;
  if (other.items) merge((into.items ??= unknown()), other.items);
  if (other.properties) {
    into.properties ??= new Map();
    other.properties.forEach((value, name) => merge(property(into, name), value));
  }
}

/** Gathers the payloads of all events: event → activity type (or "default") → shape. */
function payloads({ service, parser, openapi, schemas }) {
  const events = new Map();
  const at = (event, action) => {
    if (!events.has(event)) events.set(event, new Map());
    const actions = events.get(event);
    if (!actions.has(action)) actions.set(action, unknown());
    return actions.get(action);
  };
  const description = json(openapi.home, "generated/api.github.com.json");
  for (const [name, hook] of Object.entries(description.webhooks)) {
    const schema = hook.post.requestBody.content["application/json"].schema;
    const event = hook.post["x-github"]?.subcategory ?? name;
    addSchema(at(event, actionOf(event, schema, description)), schema, description);
  }
  const older = json(schemas.home, "schema.json");
  for (const { $ref } of older.oneOf) {
    const event = $ref.split("/").pop().replace(/_event$/, "");
    for (const part of older.definitions[$ref.split("/").pop()].oneOf ?? [{ $ref }]) {
      addSchema(at(event, actionOf(event, part, older)), part, older);
    }
  }
  const folder = path.join(service.home, "dist/context-providers/events");
  const objects = json(folder, "objects.min.json");
  for (const [event, actions] of Object.entries(json(folder, "webhooks.min.json"))) {
    const typed = union(events.get(event) ?? new Map());
    for (const [action, { bodyParameters }] of Object.entries(actions)) {
      // Which of the objects are lists is known from the other packages only.
      const names = bodyParameters.map((given) => (typeof given === "number" ? objects[given] : given).name);
      merge(at(event, action), { ...typed, properties: only(typed.properties, (name) => names.includes(name)) });
      addParameters(at(event, action), bodyParameters, objects);
    }
  }
  addExample(at("schedule", "default"), json(folder, "schedule.min.json"));
  const started = Object.keys(definitions(parser)["on-mapping-strict"].mapping.properties);
  return new Map([...events].filter(([event]) => started.includes(event)).sort(byName).map(united));
}

const byName = ([left], [right]) => (left < right ? -1 : Number(left > right));

function only(properties, keeps) {
  return new Map([...properties].filter(([name]) => keeps(name)));
}

/** Returns the union of an event's payloads over its activity types. `changes` says what one
 * activity changed, so it is left out. */
function union(actions) {
  const whole = { ...unknown(), properties: new Map() };
  for (const shape of actions.values()) {
    merge(whole, { ...shape, properties: only(shape.properties ?? new Map(), (name) => name !== "changes") });
  }
  return whole;
}

/** Gives each property of an event's payloads the union over the activity types. */
function united([event, actions]) {
  const whole = union(actions).properties;
  for (const shape of actions.values()) {
    for (const name of shape.properties.keys()) {
      if (name !== "changes") shape.properties.set(name, whole.get(name));
    }
    COMMON.filter((name) => !shape.properties.has(name)).forEach((name) => {
      shape.properties.set(name, whole.get(name) ?? unknown());
    });
  }
  return [event, actions];
}

/** Writes shapes as lines, each once; a shape is named by the number of its line. */
class Writer {
  lines = [];
  #known = new Map();

  /** Returns the code of a value: s, n, b, ? for anything, [ with an item, or an object's line. */
  code(shape) {
    const forms = Number(shape.properties !== null) + Number(shape.items !== null) + shape.kinds.size;
    if (forms !== 1) return "?";
    if (shape.items) return `[${this.code(shape.items)}`;
    if (!shape.properties) return [...shape.kinds][0];
    return shape.properties.size === 0 ? "*" : this.object(shape);
  }

  object(shape) {
    const groups = new Map();
    for (const [name, value] of [...shape.properties].sort(byName)) {
      const code = this.code(value);
      groups.set(code, [...(groups.get(code) ?? []), name.toLowerCase()]);
    }
    const fields = [...groups].sort(byName).map(([code, names]) => `${code}:${names.join(",")}`);
    const line = (shape.open ? ["*", ...fields] : fields).join(" ");
    if (!this.#known.has(line)) {
      this.#known.set(line, this.lines.length);
      this.lines.push(line);
    }
    return String(this.#known.get(line));
  }
}

function writePayloads(packages, events) {
  const writer = new Writer();
  const index = [...events].flatMap(([event, actions]) =>
    [...actions].sort(byName).map(([action, shape]) => `${event} ${action} ${writer.object(shape)}`),
  );
  return [
    "# The shapes of `github.event`. Generated by tools/knowledge/events.mjs; do not edit.",
    header([packages.openapi, packages.service, packages.schemas]),
    "# An object a line, named by its number from 0: code:property,… with s, n, b for scalars, ? for",
    "# anything, [ for a list of what follows, a number for an object, * for further properties.",
    "# Below the empty line: event, activity type, object.",
    ...writer.lines,
    "",
    ...index,
  ];
}

function header(packages) {
  const date = new Date().toISOString().slice(0, 10);
  return `# source: ${packages.map((found) => found.title).join(", ")}; read on ${date}`;
}

// ---- facts ----------------------------------------------------------------------------------

function definitions(parser, file = "workflow") {
  return json(parser.home, `dist/${file}-v1.0.min.json`).definitions;
}

async function writeFacts(packages) {
  const { service, parser, expressions } = packages;
  const workflow = definitions(parser);
  const lines = [];
  const funcs = await import(pathToFileURL(path.join(expressions.home, "dist/funcs.js")));
  for (const { name, minArgs, maxArgs } of Object.values(funcs.wellKnownFunctions)) {
    lines.push(`function ${name} ${minArgs} ${maxArgs > 99 ? "many" : maxArgs}`);
  }
  const described = json(service.home, "dist/context-providers/descriptions.min.json");
  for (const context of ["github", "job", "runner", "strategy"]) {
    const names = Object.keys(described[context]).filter((name) => !name.includes("."));
    names.forEach((name) => lines.push(`property ${context} ${name.toLowerCase()}`));
  }
  for (const [event, shape] of Object.entries(workflow["on-mapping-strict"].mapping.properties)) {
    lines.push(`event ${event} ${activityTypes(workflow, shape).join(",")}`.trim());
  }
  for (const [scope, shape] of Object.entries(workflow["permissions-mapping"].mapping.properties)) {
    lines.push(`permission ${scope} ${words(workflow, shape).join(",")}`);
  }
  for (const file of ["workflow", "action"]) {
    for (const [name, { context }] of Object.entries(definitions(parser, file))) {
      if (context) lines.push(`available ${file} ${name} ${context.join(" ")}`);
    }
  }
  return [
    "# Names and limits that tests hold our tables to. Generated by tools/knowledge/events.mjs; do not edit.",
    header([parser, service, expressions]),
    ...lines.sort(),
  ];
}

function activityTypes(workflow, shape) {
  const mapping = resolve(workflow, shape)["one-of"]?.map((name) => workflow[name]).find((found) => found?.mapping);
  const types = mapping?.mapping.properties?.types ?? resolve(workflow, shape).mapping?.properties?.types;
  return types ? words(workflow, types) : [];
}

function resolve(workflow, shape) {
  return workflow[typeof shape === "string" ? shape : shape.type];
}

/** Returns the words that a definition accepts, through all its alternatives. */
function words(workflow, shape) {
  const found = resolve(workflow, shape) ?? {};
  const one = found.string?.constant ? [found.string.constant] : [];
  const items = found.sequence ? words(workflow, found.sequence["item-type"]) : [];
  const parts = (found["one-of"] ?? []).flatMap((name) => words(workflow, name));
  return [...new Set([...one, ...(found["allowed-values"] ?? []), ...items, ...parts])].sort();
}

// ---- output ---------------------------------------------------------------------------------

async function report(packages, events) {
  const outputs = { [PAYLOADS]: writePayloads(packages, events), [FACTS]: await writeFacts(packages) };
  let clean = true;
  for (const [name, lines] of Object.entries(outputs)) {
    const file = path.join(ROOT, name);
    if (!process.argv.includes("--check")) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, `${lines.join("\n")}\n`);
      console.log(`${name}: ${lines.length} lines`);
      continue;
    }
    const known = fs.readFileSync(file, "utf8").trimEnd().split("\n");
    const counts = (line) => !line.startsWith("# source:");
    const gone = known.filter((line) => counts(line) && !lines.includes(line));
    const added = lines.filter((line) => counts(line) && !known.includes(line));
    gone.forEach((line) => console.log(`${name}: - ${line}`));
    added.forEach((line) => console.log(`${name}: + ${line}`));
    clean &&= gone.length === 0 && added.length === 0;
  }
  return clean;
}

await main();
