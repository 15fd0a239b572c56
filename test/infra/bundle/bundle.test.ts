import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../../infra/bundle/bundle.ts';
import { declaredFunctions } from '../template.ts';

const providerSdk = /node_modules\/(@aws-sdk\/(client-s3|s3-request-presigner)|@azure\/|google-auth-library\/)/;
const sdksIn = (sources: ReadonlySet<string>): readonly string[] =>
  [...sources].filter((path) => providerSdk.test(path));

/**
 * Bytes that a function may weigh: what Node loads before its handler is ready, and all of it. Some twentieth above the
 * heaviest that was measured (`infra/README.md`), so that a bundle that grows is noticed and explained here. The wording of the diagnoses, and what recognizes
 * secrets and vendors' hosts, are 12 kB of every function that changes connections.
 */
const budget = { start: 400_000, withoutStorage: 511_000, withStorage: 1_850_000 } as const;

describe('the bundle of the service', { timeout: 30_000 }, () => {
  let made: Bundle;
  beforeAll(async () => {
    made = await bundle(declaredFunctions);
  }, 30_000);
  afterAll(() => made.remove());

  const codeOf = (name: string) => {
    const code = made.functions.get(name);
    if (!code) throw new Error(`No bundle for ${name}.`);
    return code;
  };

  it.each(declaredFunctions)('keeps $name within its budget', async ({ name, needs }) => {
    const { directory, start, total } = codeOf(name);
    expect.soft(start.bytes, 'bytes loaded before the handler is ready').toBeLessThanOrEqual(budget.start);
    const most = needs.has('storage.reach') ? budget.withStorage : budget.withoutStorage;
    expect.soft(total.bytes, 'bytes in all').toBeLessThanOrEqual(most);
    const files = await readdir(directory);
    const sizes = await Promise.all(files.map(async (file) => (await readFile(join(directory, file))).byteLength));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total.bytes);
  });

  it.each(declaredFunctions)('loads no storage SDK when $name starts, nor has one without need', ({ name, needs }) => {
    const { start, total } = codeOf(name);
    expect(sdksIn(start.sources)).toEqual([]);
    if (needs.has('storage.reach')) {
      // Were the names of the packages to change, the other expectations would hold of nothing.
      expect(sdksIn(total.sources).some((path) => path.includes('@aws-sdk/client-s3/'))).toBe(true);
      expect(sdksIn(total.sources).some((path) => path.includes('@azure/storage-blob/'))).toBe(true);
    } else {
      expect(sdksIn(total.sources)).toEqual([]);
    }
  });

  it('says nothing of the machine it was made on', async () => {
    const repository = dirname(dirname(dirname(import.meta.dirname)));
    for (const { name } of declaredFunctions) {
      for (const file of await readdir(codeOf(name).directory)) {
        expect(await readFile(join(codeOf(name).directory, file), 'utf8')).not.toContain(repository);
      }
    }
  });

  it('is the same every time', async () => {
    const again = await bundle(declaredFunctions);
    try {
      for (const { name } of declaredFunctions) {
        expect(await digests(codeOf(name).directory)).toEqual(
          await digests(again.functions.get(name)?.directory ?? ''),
        );
      }
    } finally {
      await again.remove();
    }
  });

  const digests = async (directory: string) =>
    Promise.all(
      (await readdir(directory)).sort().map(async (file) => {
        const content = await readFile(join(directory, file));
        return `${file} ${createHash('sha256').update(content).digest('hex')}`;
      }),
    );
});

describe('a bundle', { timeout: 30_000 }, () => {
  let sources: string;
  beforeAll(async () => {
    sources = await mkdtemp(join(tmpdir(), 'storage-connections-sources-'));
  });
  afterAll(() => rm(sources, { recursive: true }));

  const planted = async (name: string, code: string) => {
    const entry = join(sources, `${name}.lambda.ts`);
    await mkdir(dirname(entry), { recursive: true });
    await writeFile(entry, code);
    return { name, entry, needs: new Set<never>() };
  };

  it('gives each function a directory of its own that runs, with what it loads on demand', async () => {
    await writeFile(join(sources, 'both.ts'), 'export const both: string = "shared " + process.argv.length;');
    await writeFile(join(sources, 'lazy.ts'), 'export const late: string = "lazy " + process.argv.length;');
    const lazy = `export { both } from '../both.ts'; export const handler = async () => (await import('../lazy.ts')).late;`;
    const made = await bundle([
      await planted('x/lazy', lazy),
      await planted('x/plain', `import { both } from '../both.ts'; export const handler = async () => both;`),
    ]);
    try {
      const loaded = async (name: string) => {
        const index = join(made.functions.get(name)?.directory ?? '', 'index.mjs');
        const module: { handler: () => Promise<string> } = await import(pathToFileURL(index).href);
        return module.handler();
      };
      expect(await loaded('x/lazy')).toMatch(/^lazy/);
      expect(await loaded('x/plain')).toMatch(/^shared/);
      expect(made.functions.get('x/lazy')?.start.bytes).toBeLessThan(made.functions.get('x/lazy')?.total.bytes ?? 0);
      expect(await readdir(made.functions.get('x/plain')?.directory ?? '')).toHaveLength(1);
      expect(await readdir(made.functions.get('x/lazy')?.directory ?? '')).toHaveLength(2);
    } finally {
      await made.remove();
    }
    expect(existsSync(made.functions.get('x/plain')?.directory ?? '')).toBe(false);
  });

  it('has what is used at the start and on demand once: a class is the same in both', async () => {
    await writeFile(join(sources, 'deep.ts'), 'export const made: string[] = [];');
    await writeFile(
      join(sources, 'kept.ts'),
      `import { made } from './deep.ts'; export class Kept {} made.push('once'); export { made };`,
    );
    await writeFile(join(sources, 'later.ts'), `import { Kept } from './kept.ts'; export const kept = new Kept();`);
    const made = await bundle([
      await planted(
        'x/once',
        `import { Kept, made } from '../kept.ts';
         export const handler = async () => (await import('../later.ts')).kept instanceof Kept && made.length === 1;`,
      ),
      await planted('x/also', `import { made } from '../deep.ts'; export const handler = async () => made.length;`),
    ]);
    try {
      const index = join(made.functions.get('x/once')?.directory ?? '', 'index.mjs');
      const module: { handler: () => Promise<boolean> } = await import(pathToFileURL(index).href);
      expect(await module.handler()).toBe(true);
    } finally {
      await made.remove();
    }
  });

  it('lets CommonJS packages have the modules of Node', async () => {
    await writeFile(join(sources, 'old.cjs'), `module.exports = { path: require('path') };`);
    const code = `import old from '../old.cjs'; export const handler = async () => old.path.join('a', 'b');`;
    const made = await bundle([await planted('x/common', code)]);
    try {
      const index = join(made.functions.get('x/common')?.directory ?? '', 'index.mjs');
      const module: { handler: () => Promise<string> } = await import(pathToFileURL(index).href);
      expect(await module.handler()).toBe('a/b');
    } finally {
      await made.remove();
    }
  });

  it('is refused when one handler imports another', async () => {
    const inner = await planted('x/inner', 'export const handler = async () => "inner";');
    const outer = await planted('x/outer', `export const handler = () => import('./inner.lambda.ts');`);
    await expect(bundle([inner, outer])).rejects.toThrow('The handler of x/outer imports the handler of x/inner.');
  });

  it('is refused when a source does not compile', async () => {
    await expect(bundle([await planted('x/broken', 'export const handler = (')])).rejects.toThrow(/Unexpected end/);
  });

  it('shows a storage SDK that is loaded at the start', async () => {
    const s3 = join(dirname(dirname(dirname(import.meta.dirname))), 'node_modules/@aws-sdk/client-s3/dist-es/index.js');
    const eager = await planted('x/eager', `import { S3Client } from '${s3}'; export const handler = () => S3Client;`);
    const made = await bundle([eager]);
    expect(sdksIn(made.functions.get('x/eager')?.start.sources ?? new Set()).length).toBeGreaterThan(0);
    await made.remove();
  });
});
