import type { Metafile } from 'esbuild';

/** The outputs that an entry makes Node load, by their path in the metafile. */
export interface Reach {
  /** Before the handler is ready: the entry and what it imports statically. */
  readonly start: ReadonlySet<string>;
  /** At all: also what is imported on demand. */
  readonly total: ReadonlySet<string>;
}

/**
 * What an entry reaches through the bundle's own imports; Node's built-in modules are not in it.
 *
 * @throws Error when the metafile has no such output
 */
export function reachOf(outputs: Metafile['outputs'], entry: string): Reach {
  return { start: follow(outputs, entry, ['import-statement']), total: follow(outputs, entry) };
}

function follow(outputs: Metafile['outputs'], entry: string, kinds?: readonly string[]): ReadonlySet<string> {
  const reached = new Set([entry]);
  // A set grows while it is walked.
  for (const path of reached) {
    const output = outputs[path];
    if (!output) throw new Error(`The bundle has no ${path}.`);
    for (const { path: imported, kind, external } of output.imports) {
      if (!external && (kinds?.includes(kind) ?? true)) reached.add(imported);
    }
  }
  return reached;
}

/** The source files that went into some outputs, from the repository's root. */
export const sourcesOf = (outputs: Metafile['outputs'], paths: Iterable<string>): ReadonlySet<string> =>
  new Set([...paths].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})));

/**
 * The chunks that entries load at their start and that something loaded on demand imports, too. They have to stay files
 * of their own, with all that they import: what is in two places is there twice, and its classes are not each other's.
 */
export function sharedWithLater(outputs: Metafile['outputs'], entries: Iterable<string>): ReadonlySet<string> {
  const shared = new Set<string>();
  for (const entry of entries) {
    const { start, total } = reachOf(outputs, entry);
    for (const path of total) {
      if (start.has(path)) continue;
      for (const { path: imported } of outputs[path]?.imports ?? []) {
        if (!start.has(imported)) continue;
        for (const reached of follow(outputs, imported, ['import-statement'])) shared.add(reached);
      }
    }
  }
  return shared;
}
