import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A bundle that was cut into chunks: what is in its files, by their names. */
export type Chunks = ReadonlyMap<string, Uint8Array>;

/**
 * Puts what each entry loads at its start into the entry itself, but for the chunks that are to stay apart. A bundle for
 * many functions is cut into a chunk for each set of functions that share something, sixty for one of them; Node takes a
 * quarter of a millisecond to load each. What is loaded on demand stays as it is.
 *
 * @param entries names of files in `chunks`
 * @param apart names of chunks that stay files of their own
 * @returns the entries anew
 */
export async function pack(chunks: Chunks, entries: readonly string[], apart: ReadonlySet<string>): Promise<Chunks> {
  const { outputFiles } = await build({
    entryPoints: [...entries],
    outdir: 'packed',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    plugins: [fromMemory(chunks, apart)],
    write: false,
    logLevel: 'silent',
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}

/** Reads chunks where they are. Node's own modules are left to esbuild. */
const fromMemory = (chunks: Chunks, apart: ReadonlySet<string>): Plugin => ({
  name: 'from-memory',
  setup(bundling) {
    bundling.onResolve({ filter: /\.mjs$/ }, ({ path, kind }) => {
      const name = basename(path);
      return kind === 'dynamic-import' || (kind !== 'entry-point' && apart.has(name))
        ? { path: `./${name}`, external: true }
        : { path: name, namespace: 'chunks' };
    });
    bundling.onLoad({ filter: /./, namespace: 'chunks' }, ({ path }) => {
      const contents = chunks.get(path);
      return contents && { contents, loader: 'js' };
    });
  },
});
