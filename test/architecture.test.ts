import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterEach, describe, expect, it } from 'vitest';

const repository = dirname(import.meta.dirname);
const options = await extractOptions(join(import.meta.dirname, 'dependency-cruiser.cjs'));

/** What the rules find in a tree of sources. */
async function examine(root: string): Promise<ICruiseResult> {
  const before = process.cwd();
  try {
    const { output } = await cruise(['functions', 'infra'], { ...options, validate: true, baseDir: root });
    if (typeof output === 'string') throw new Error('The result is text, not findings.');
    return output;
  } finally {
    process.chdir(before);
  }
}

const sourcesUnder = (...folders: readonly string[]): readonly string[] =>
  globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: repository },
  );

describe('the sources', { timeout: 30_000 }, () => {
  it('keep to the rules, all of them looked at', async () => {
    const { modules, summary } = await examine(repository);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    const seen = modules.map(({ source }) => source).filter((source) => /^(?:functions|infra)\/.*\.ts$/.test(source));
    expect(seen.sort()).toEqual([...sourcesUnder('functions', 'infra')].sort());
    expect(seen.length).toBeGreaterThan(40);
    // Modules without a single import between them would be a parser that reads nothing.
    expect(modules.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(seen.length);
  });

  it('have no drawer for odds and ends, and no barrel', () => {
    const sources = sourcesUnder('functions', 'infra', 'test');
    expect(sources.length).toBeGreaterThan(80);
    const words = (path: string) => path.split('/').flatMap((part) => part.split(/[.-]/));
    const drawers = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'shared', 'lib']);
    expect(sources.filter((path) => words(path).some((word) => drawers.has(word)))).toEqual([]);
    expect(sources.filter((path) => /(^|\/)index\.\w+$/.test(path))).toEqual([]);
  });
});

/** The folders of core, from the bottom up. */
const coreFolders = [
  ...['diagnosis', 'validation', 'storage', 'access', 'datasets', 'records', 'jobs', 'verification'],
  ...['connections', 'events', 'janitor', 'lists', 'reverification'],
];

/** For each rule, sources that break it and nothing else. */
const violations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': {
    'functions/core/a.ts': `import type { B } from './b.ts'; export type A = B;`,
    'functions/core/b.ts': `import type { A } from './a.ts'; export type B = A;`,
  },
  'no-unresolved': {
    'functions/http/a.ts': `export { a } from './missing.ts';`,
  },
  'shipped-packages-only': {
    'functions/http/a.ts': `import * as esbuild from 'esbuild'; export const a = esbuild;`,
  },
  'shipped-code-only': {
    'functions/http/a.ts': `export { settings } from '../../infra/settings.ts';`,
    'infra/settings.ts': `export const settings = 1;`,
  },
  'core-is-pure': {
    'functions/core/a.ts': `import * as z from 'zod/mini'; export const a = z;`,
  },
  ...Object.fromEntries(
    coreFolders.slice(0, -1).map((folder, index) => [
      `core-${folder}-before-what-follows`,
      {
        [`functions/core/${folder}/a.ts`]: `export { b } from '../${coreFolders[index + 1]}/b.ts';`,
        [`functions/core/${coreFolders[index + 1]}/b.ts`]: `export const b = 1;`,
      },
    ]),
  ),
  'providers-know-the-core-only': {
    'functions/providers/a.ts': `export { log } from '../platform/log.ts';`,
    'functions/platform/log.ts': `export const log = 1;`,
  },
  's3-sdk-behind-its-driver': {
    'functions/providers/azure/azure-driver.ts': `export const s3 = () => import('@aws-sdk/client-s3');`,
  },
  'azure-sdk-behind-its-driver': {
    'functions/providers/s3/s3-driver.ts': `import type { BlobServiceClient } from '@azure/storage-blob'; export type A = BlobServiceClient;`,
  },
  'gcs-sdk-behind-its-driver': {
    'functions/providers/s3/s3-driver.ts': `export const gcs = () => import('google-auth-library');`,
  },
  'connections-through-the-egress': {
    'functions/providers/a.ts': `import { request } from 'node:https'; export const a = request;`,
  },
  'platform-holds-the-service-sdks': {
    'functions/http/a.ts': `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; export const a = DynamoDBClient;`,
  },
  'platform-serves-all': {
    'functions/platform/a.ts': `export { answer } from '../http/answer.ts';`,
    'functions/http/answer.ts': `export const answer = 1;`,
  },
  'http-knows-no-api': {
    'functions/http/a.ts': `export { open } from '../providers/registry.ts';`,
    'functions/providers/registry.ts': `export const open = 1;`,
  },
  'middy-in-one-place': {
    'functions/http/a.ts': `import middy from '@middy/core'; export const a = middy;`,
  },
  'dialects-stand-apart': {
    'functions/dialects/avala/a.ts': `export { b } from '../cval/b.ts';`,
    'functions/dialects/cval/b.ts': `export const b = 1;`,
  },
  'dialects-in-one-list': {
    'functions/workflows/a.ts': `export { endpoints } from '../dialects/registry.ts';`,
    'functions/dialects/registry.ts': `export const endpoints = [];`,
  },
  'workflows-in-one-list': {
    'functions/dialects/avala/a.ts': `export { tasks } from '../../workflows/registry.ts';`,
    'functions/workflows/registry.ts': `export const tasks = [];`,
  },
  'adapters-bound-in-handlers': {
    'functions/dialects/avala/endpoints.ts': `export { keys } from '../../platform/keys.ts';`,
    'functions/dialects/avala/list/handler.ts': `export { keys } from '../../../platform/keys.ts';`,
    'functions/workflows/reverification/sweep/handler.ts': `export { keys } from '../../../platform/keys.ts';`,
    'functions/platform/keys.ts': `export const keys = 1;`,
  },
  'local-runtime-emulates-aws': {
    'infra/local/aws/a.ts': `export { b } from '../../../functions/core/b.ts';`,
    'functions/core/b.ts': `export const b = 1;`,
  },
  'admin-calls-an-api': {
    'infra/admin/a.ts': `export { b } from '../local/b.ts';`,
    'infra/local/b.ts': `export const b = 1;`,
  },
  'handlers-are-ends': {
    'functions/dialects/avala/endpoints.ts': `export { handler } from './list/handler.ts';`,
    'functions/dialects/avala/list/handler.ts': `export const handler = 1;`,
  },
};

describe('the rules', { timeout: 30_000 }, () => {
  const planted: string[] = [];
  afterEach(async () => {
    for (const root of planted.splice(0)) await rm(root, { recursive: true });
  });

  async function plant(files: Readonly<Record<string, string>>): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), 'storage-connections-planted-'));
    planted.push(root);
    await cp(join(repository, 'package.json'), join(root, 'package.json'));
    const ownPackages = Object.keys(files).some((path) => path.startsWith('node_modules/'));
    if (!ownPackages) await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
    for (const folder of ['functions', 'infra']) await mkdir(join(root, folder), { recursive: true });
    for (const [path, source] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), source);
    }
    return root;
  }

  it('each have a violation to be tried on', () => {
    expect(options.ruleSet?.forbidden?.map(({ name }) => name)).toEqual(Object.keys(violations));
  });

  it.each(Object.keys(violations))('%s is seen to fail, and alone', async (rule) => {
    const { summary } = await examine(await plant(violations[rule] ?? {}));
    expect(summary.violations.length).toBeGreaterThan(0);
    expect(new Set(summary.violations.map((violation) => violation.rule.name))).toEqual(new Set([rule]));
  });
});
