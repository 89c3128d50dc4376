// A module hook: GitHub's packages import their tables as JSON without saying so, which Node refuses.

import { readFile } from "node:fs/promises";

export async function load(url, context, nextLoad) {
  if (!url.endsWith(".json")) return nextLoad(url, context);
  const table = await readFile(new URL(url), "utf8");
  return { format: "module", shortCircuit: true, source: `export default ${table}` };
}
