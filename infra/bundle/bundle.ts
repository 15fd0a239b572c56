import { createHash } from 'node:crypto';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, formatMessages, type Plugin } from 'esbuild';
import type { DeclaredFunction } from '../functions/declarations.ts';
import { pack } from './inline-chunks.ts';
import { type Reach, reachOf, sharedWithLater, sourcesOf } from './reachable-chunks.ts';

/** One function's share of the bundle. */
export interface FunctionCode {
  /** Holds `index.mjs`, which exports `handler`, and the chunks that it reaches; nothing else. */
  readonly directory: string;
  /** Of what is in the directory, hex: the same code has the same. */
  readonly hash: string;
  /** What Node loads before the handler is ready. */
  readonly start: Share;
  /** With what is loaded on demand. */
  readonly total: Share;
}

interface Share {
  readonly bytes: number;
  /** Source files, from the repository's root. */
  readonly sources: ReadonlySet<string>;
}

export interface Bundle {
  /** By the function's name. */
  readonly functions: ReadonlyMap<string, FunctionCode>;
  /** Removes the directories; a synthesized app has its own copies. */
  remove(): Promise<void>;
}

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Packages that only exist as CommonJS call `require` for Node's own modules, which an ES module does not have. */
const requireForCommonJs =
  "import{createRequire as commonJsRequire}from'node:module';const require=commonJsRequire(import.meta.url);";
/**
 * Imported as an ES module, `node:http` evaluates all its lazy exports, a whole WebSocket client among them: 20 ms,
 * where `require` takes 3. So imports of it become calls of `require`, in SDKs too.
 */
const httpByRequire: Plugin = {
  name: 'http-by-require',
  setup(bundling) {
    bundling.onResolve({ filter: /^(?:node:)?http$/ }, ({ kind }) =>
      kind === 'require-call' ? { path: 'node:http', external: true } : { path: 'node:http', namespace: 'by-require' },
    );
    bundling.onLoad({ filter: /^node:http$/, namespace: 'by-require' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
const environmentCredentials = fileURLToPath(new URL('environment-credentials.ts', import.meta.url));
/** Never written to: chunks are cut as if they were to lie here side by side. */
const together = 'bundle';

/**
 * Bundles all functions in one run, so that what they share is parsed once and cut into shared chunks, packs what each
 * loads at its start (`pack.ts`), and gives each its own directory. The same sources give the same bytes, wherever the repository lies.
 *
 * @throws Error when a source does not compile, or when one handler imports another
 */
export async function bundle(functions: readonly DeclaredFunction[]): Promise<Bundle> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: repository,
    entryPoints: functions.map(({ name, entry }) => ({ in: entry, out: outputName(name) })),
    outdir: together,
    chunkNames: 'chunk-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ESM where a package has it: smaller, and some packages (@azure/storage-blob) break as CommonJS in a bundle.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    plugins: [httpByRequire],
    // A function's own credentials are in its environment and nowhere else: what looks for them in profiles, other
    // processes and metadata services stays out of the bundle, which is 5 ms of every start.
    alias: { '@aws-sdk/credential-provider-node': environmentCredentials },
    banner: { js: requireForCommonJs },
    metafile: true,
    write: false,
    // An error is thrown with all that would be printed.
    logLevel: 'silent',
  });
  for (const warning of await formatMessages(warnings, { kind: 'warning' })) console.warn(warning);
  const { outputs } = metafile;
  const entries = new Map(functions.map(({ name }) => [`${together}/${outputName(name)}.mjs`, name]));
  const reaches = new Map(
    [...entries].map(([entry, name]) => [name, onlyOwn(reachOf(outputs, entry), entry, entries)]),
  );
  const apart = sharedWithLater(outputs, entries.keys());
  const cut = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const packed = await pack(cut, [...entries.keys()].map(named), new Set([...apart].map(named)));
  const files = new Map([...cut, ...packed]);

  const root = await mkdtemp(join(tmpdir(), 'storage-connections-'));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    // Each file is written once and linked to wherever it belongs: most chunks belong to many functions.
    const pool = join(root, 'pool');
    await mkdir(pool);
    await Promise.all([...files].map(([name, code]) => writeFile(join(pool, name), code)));
    const written = [...entries].map(async ([entry, name]): Promise<[string, FunctionCode]> => {
      const { start, total } = reaches.get(name) ?? reachOf(outputs, entry);
      const directory = join(root, outputName(name));
      await mkdir(directory);
      const isFile = (path: string) => path === entry || apart.has(path) || !start.has(path);
      const own = [...total].filter(isFile);
      await Promise.all(
        own.map((path) => link(join(pool, named(path)), join(directory, path === entry ? 'index.mjs' : named(path)))),
      );
      const share = (paths: ReadonlySet<string>): Share => ({
        bytes: [...paths].filter(isFile).reduce((sum, path) => sum + (files.get(named(path))?.byteLength ?? 0), 0),
        sources: sourcesOf(outputs, paths),
      });
      const hash = hashOf(files.get(named(entry)) ?? new Uint8Array(), own.map(named));
      return [name, { directory, hash, start: share(start), total: share(total) }];
    });
    return { functions: new Map(await Promise.all(written)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The name of an output's file, which is what chunks call each other. */
const named = (path: string): string => basename(path);

/** @throws Error when an entry reaches another one */
function onlyOwn(reach: Reach, entry: string, entries: ReadonlyMap<string, string>): Reach {
  for (const path of reach.total) {
    const other = path === entry ? undefined : entries.get(path);
    if (other !== undefined) throw new Error(`The handler of ${entries.get(entry)} imports the handler of ${other}.`);
  }
  return reach;
}

/** The name of a chunk says what is in it. */
function hashOf(entry: Uint8Array, files: readonly string[]): string {
  const hash = createHash('sha256').update(entry);
  for (const name of files.toSorted()) hash.update(`\n${name}`);
  return hash.digest('hex');
}

/** Flat, so that an entry finds its chunks beside itself; without a dot, which the CDK would take for an extension. */
const outputName = (name: string): string => name.replaceAll('/', '--');
