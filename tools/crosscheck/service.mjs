// Asks GitHub's language service what is wrong with the files of a folder.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";

import { FeatureFlags } from "@actions/expressions";
import { registerLogger, validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

import { GAVE_UP } from "./compare.mjs";

const SEVERITIES = { 1: "error", 2: "warning", 3: "information", 4: "hint" };
const NOT_FOUND = "Unable to find reusable workflow";

let failure;
registerLogger({ error: (message) => (failure = message), warn() {}, info() {}, log() {} });

/** Returns the service's diagnostics for each path; a second call with the same files reads the first's answer. */
export async function diagnose(folder, paths, cacheFolder) {
  const texts = new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  const cache = join(cacheFolder, `${digest(texts)}.json`);
  if (existsSync(cache)) return new Map(JSON.parse(readFileSync(cache, "utf8")));
  const found = await new Service(folder, texts).all();
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(cache, JSON.stringify([...found]));
  return found;
}

function digest(texts) {
  const hash = createHash("sha256");
  const here = dirname(new URL(import.meta.url).pathname);
  for (const own of ["service.mjs", "package.json"]) hash.update(readFileSync(join(here, own)));
  for (const [path, text] of texts) hash.update(`${path}\0${text}\0`);
  return hash.digest("hex").slice(0, 16);
}

class Service {
  constructor(folder, texts) {
    this.folder = folder;
    this.texts = texts;
    this.alone = new Map();
  }

  async all() {
    for (const [path, text] of this.texts) this.alone.set(path, await this.ask("alone", path, text));
    const found = new Map();
    for (const [path, text] of this.texts) found.set(path, await this.withCalls(path, text));
    return found;
  }

  /**
   * Asks once more with the local workflows that this one calls at hand. The service then also lists what is wrong
   * inside the called files, at their positions, and it cannot find what lies in other repositories; neither is
   * about this file.
   */
  async withCalls(path, text) {
    const alone = this.alone.get(path);
    if (!/uses:\s*["']?[.$]\//.test(text)) return alone;
    const called = [];
    const fileProvider = {
      getFileContent: async (reference) => {
        if ("repository" in reference) throw new Error("another repository");
        const name = join(rootOf(this.folder, path), reference.path);
        called.push(relative(this.folder, name));
        return { name, content: readFileSync(name, "utf8") };
      },
    };
    const together = await this.ask("together", path, text, fileProvider);
    const known = new Set(alone.map(key));
    const foreign = new Set(called.flatMap((name) => this.alone.get(name) ?? []).map(key));
    const lines = text.split("\n");
    const isOwn = (diagnostic) =>
      !foreign.has(key(diagnostic)) &&
      (diagnostic.message !== NOT_FOUND || /uses:\s*["']?[.$]\//.test(lines[diagnostic.line - 1]));
    return [...alone, ...together.filter((diagnostic) => !known.has(key(diagnostic)) && isOwn(diagnostic))];
  }

  async ask(round, path, text, fileProvider) {
    // The service remembers files by their address, whatever their text and its settings.
    const address = `file:///${round}${pathToFileURL(`/${path}`).pathname}`;
    const document = TextDocument.create(address, "yaml", 1, text);
    const featureFlags = new FeatureFlags({ all: true });
    failure = undefined;
    const diagnostics = await validate(document, { featureFlags, fileProvider });
    const told = diagnostics.map(({ message, severity, range, code }) => ({
      line: range.start.line + 1,
      column: range.start.character + 1,
      endLine: range.end.line + 1,
      severity: SEVERITIES[severity ?? 1],
      code,
      message,
    }));
    if (failure) told.push({ line: 1, column: 1, endLine: 1, severity: GAVE_UP, message: failure });
    return told;
  }
}

function key({ line, column, message }) {
  return `${line}:${column}:${message}`;
}

/** Returns the folder that holds the `.github` a file lies in, or the file's own folder. */
function rootOf(folder, path) {
  const at = `/${path}`.indexOf("/.github/");
  return join(folder, at < 0 ? dirname(path) : path.slice(0, at));
}
