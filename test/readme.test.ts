import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { diagnose } from '../functions/core/diagnosis/diagnosis.ts';
import { eventSource, toEvent } from '../functions/core/events/events.ts';
import { toVerifyResponse } from '../functions/dialects/edge-impulse/verify-wire.ts';
import { inventoryShape } from '../functions/platform/dynamodb/row-schemas.ts';
import { adminCommandsIn } from './infra/admin/commands-in.ts';

/** The event of the README. */
const changed = toEvent(
  {
    ...{ kind: 'verdict', id: '019a9f3c-5d10-7a41-9c3e-2f8f0c1d4b6a', organizationId: 1 },
    ...{ uid: '019a9f00-1c2d-7b3e-8f40-5a6b7c8d9e0f', at: Date.parse('2026-11-20T12:00:00.000Z') },
    ...{ cause: { kind: 'event', event: 'bucket-policy' }, to: { status: 'error', code: 'list-denied' } },
    diagnosis: diagnose('list-denied'),
  },
  { id: 12, name: 'training data', target: { provider: 's3', bucket: 'demo-bucket' } },
  { status: 'connected' },
);

const repository = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

const readmes = execFileSync('git', ['ls-files', '*.md'], { cwd: repository, encoding: 'utf8' }).trim().split('\n');

const local = 'contract/admin-cli.test.ts, against the deployment on this machine';
const stack = 'infra/admin tests, as far as finding and signing go; needs an account';

/** Commands in shell blocks, and what runs each of them when nobody looks. */
const commands: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'start.test.ts starts it and sends what it prints',
  'npm ci && npm test': '.ci/run, on a clean clone',
  'npx cdk bootstrap': 'the CDK’s own; needs an account',
  'npm ci': '.ci/run',
  'npm run lint && npm run typecheck && npm test': '.ci/run',
  ...Object.fromEntries(
    adminCommandsIn(read('infra/README.md')).map(({ line, deployed }) => [line, deployed ? stack : local]),
  ),
  'npm run deploy': '.ci/run synthesizes what it deploys; deploying needs an account',
};

describe.each(readmes)('%s', (file) => {
  const text = read(file);

  test('links to files that are there', () => {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(resolve(repository, dirname(file), link)), link).toBe(true);
    }
  });

  test('names npm scripts that exist', () => {
    for (const [, script = ''] of text.matchAll(/npm run (?:--silent )?([a-z:-]+)/g)) {
      expect(Object.keys(scripts), script).toContain(script);
    }
  });
});

const blocksIn = (file: string, language: string): readonly string[] =>
  read(file)
    .split('```')
    .flatMap((block) => (block.startsWith(`${language}\n`) ? [block.slice(language.length + 1).trim()] : []));

test.each(['README.md', 'infra/README.md', '.github/CONTRIBUTING.md'])(
  '%s gives no command that nothing else runs',
  (file) => {
    const given = blocksIn(file, 'sh').flatMap((block) => block.split('\n'));
    expect(given.length).toBeGreaterThan(0);
    expect(Object.keys(commands)).toEqual(expect.arrayContaining(given));
  },
);

test('README.md has at most about 900 words', () => {
  expect(read('README.md').split(/\s+/).length).toBeLessThan(950);
});

describe('the documents', () => {
  test('show answers and events as they are', () => {
    const shown = ['README.md', 'functions/workflows/reverification/README.md']
      .flatMap((file) => blocksIn(file, 'json'))
      .map((block): unknown => JSON.parse(block));
    const since = Date.parse('2026-11-20T12:00:00.000Z');
    const failed = toVerifyResponse({ status: 'error', since, diagnosis: diagnose('secret-key-wrong') });
    const connected = toVerifyResponse({
      status: 'connected',
      since,
      verdict: {
        status: 'connected',
        findings: [],
        sample: [{ key: 'sensors/walk-01.csv', size: 48 }],
        hasInfoLabels: true,
      },
      signedUrl: 'https://…',
    });
    const event = {
      source: eventSource,
      'detail-type': changed.type,
      detail: changed.detail,
    };
    const inventory = inventoryShape.parse(shown[3]);
    expect(shown).toEqual([connected, failed, event, inventory]);
  });
});
