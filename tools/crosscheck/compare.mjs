// Compares the errors of two judges of the same files.

/** The severity that stands for a file which the service could not read to the end; it then says nothing else of it. */
export const GAVE_UP = "gave up";

/** The groups of rules that say what GitHub refuses or misreads. */
export const CORRECTNESS = new Set(["syntax", "schema", "expressions", "events", "jobs", "actions", "shell"]);

/**
 * Returns the disagreements: what the service calls an error where we have none on its lines, and the errors of
 * ours on whose lines the service has none. Each says whether the other has an error elsewhere in the file. A file
 * that the service could not read to the end is left out.
 */
export function compare(service, ours) {
  const disagreements = [];
  for (const [path, diagnostics] of service) {
    if (diagnostics.some(({ severity }) => severity === GAVE_UP)) continue;
    const theirs = diagnostics.filter(({ severity }) => severity === "error");
    const mine = ours.get(path) ?? [];
    for (const error of unmet(theirs, mine)) {
      disagreements.push({ kind: kind_of("theirs", mine), path, ...error, group: class_of(error.message) });
    }
    for (const finding of unmet(mine, theirs).filter(({ group }) => CORRECTNESS.has(group))) {
      disagreements.push({ kind: kind_of("ours", theirs), path, ...finding, group: finding.rule });
    }
  }
  return disagreements;
}

function kind_of(whose, others) {
  return `${whose}, none ${others.length === 0 ? "in the file" : "on the line"}`;
}

function unmet(errors, others) {
  return errors.filter((error) => !others.some((other) => meet(error, other)));
}

function meet(left, right) {
  return left.line <= right.endLine && right.line <= left.endLine;
}

/** Returns a message without what differs from file to file. */
export function class_of(message) {
  return message
    .split("\n")[0]
    .replace(/`[^`]*`|'[^']*'|"[^"]*"/g, "…")
    .replace(/\d+/g, "#");
}

/** Counts the disagreements by kind and group, the most frequent first. */
export function count(disagreements) {
  const counts = new Map();
  for (const { kind, group } of disagreements) {
    const key = JSON.stringify([kind, group]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts].map(([key, number]) => [...JSON.parse(key), number]);
  return rows.sort((a, b) => a[0].localeCompare(b[0]) || b[2] - a[2] || a[1].localeCompare(b[1]));
}
