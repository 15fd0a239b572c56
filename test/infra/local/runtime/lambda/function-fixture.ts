import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { LocalFunction } from '../../../../../infra/local/template/model.ts';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A new directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'runtime-'));
  made.push(directory);
  return directory;
}

/** A function whose bundle is the one file given; its name doubles as the end of its ARN. */
export function functionOf(
  source: string,
  changes: Partial<LocalFunction> & { readonly file?: string } = {},
): LocalFunction {
  const { file = 'index.mjs', name = 'fixture', ...rest } = changes;
  const code = join(temporaryDirectory(), 'bundle');
  mkdirSync(code);
  writeFileSync(join(code, file), source);
  return {
    logicalId: 'Fixture',
    name,
    arn: `arn:aws:lambda:eu-west-3:000000000000:function:${name}`,
    code,
    handler: 'index.handler',
    environment: {},
    role: 'arn:aws:iam::000000000000:role/fixture',
    timeoutSeconds: 5,
    memoryMb: 128,
    invokers: ['apigateway.amazonaws.com'],
    ...rest,
  };
}
