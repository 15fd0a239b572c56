import { createHash } from 'node:crypto';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, formatMessages, type Plugin } from 'esbuild';
import type { DeclaredFunction } from './declared.ts';
import { reachOf, sourcesOf } from './reach.ts';

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

const repository = fileURLToPath(new URL('..', import.meta.url));
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
 * Bundles all functions in one run, so that what they share is parsed once and cut into shared chunks, and gives
 * each its own directory. The same sources give the same bytes, wherever the repository lies.
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
  const contents = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const { outputs } = metafile;
  const entries = new Map(functions.map(({ name }) => [`${together}/${outputName(name)}.mjs`, name]));
  const root = await mkdtemp(join(tmpdir(), 'storage-connections-'));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    // Each file is written once and linked to wherever it belongs: most belong to nearly every function.
    const pool = join(root, 'pool');
    await mkdir(pool);
    await Promise.all([...contents].map(([name, code]) => writeFile(join(pool, name), code)));
    const written = [...entries].map(async ([entry, name]): Promise<[string, FunctionCode]> => {
      const reach = reachOf(outputs, entry);
      const directory = join(root, outputName(name));
      await mkdir(directory);
      await Promise.all(
        [...reach.total].map(async (path) => {
          const other = path === entry ? undefined : entries.get(path);
          if (other !== undefined) throw new Error(`The handler of ${name} imports the handler of ${other}.`);
          await link(join(pool, basename(path)), join(directory, path === entry ? 'index.mjs' : basename(path)));
        }),
      );
      const share = (paths: ReadonlySet<string>): Share => ({
        bytes: [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0),
        sources: sourcesOf(outputs, paths),
      });
      const hash = hashOf(contents.get(basename(entry)) ?? new Uint8Array(), reach.total);
      return [name, { directory, hash, start: share(reach.start), total: share(reach.total) }];
    });
    return { functions: new Map(await Promise.all(written)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The name of a chunk says what is in it. */
function hashOf(entry: Uint8Array, reached: ReadonlySet<string>): string {
  const hash = createHash('sha256').update(entry);
  for (const path of [...reached].map((path) => basename(path)).sort()) hash.update(`\n${path}`);
  return hash.digest('hex');
}

/** Flat, so that an entry finds its chunks beside itself; without a dot, which the CDK would take for an extension. */
const outputName = (name: string): string => name.replaceAll('/', '--');
