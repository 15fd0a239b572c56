import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { declaredFunctions, resourcesOf, synthesizedTemplate } from './template.ts';

const run = promisify(execFile);
const repository = dirname(dirname(import.meta.dirname));

describe('the app', { timeout: 30_000 }, () => {
  const made: string[] = [];
  afterEach(async () => {
    for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
  });

  /** Runs the app with no account, no credentials and no home. */
  async function synthesized(context: Readonly<Record<string, unknown>> = {}) {
    const outdir = await mkdtemp(join(tmpdir(), 'storage-connections-app-'));
    const temporary = await mkdtemp(join(tmpdir(), 'storage-connections-app-'));
    made.push(outdir, temporary);
    const { stderr } = await run(process.execPath, ['infra/app.ts'], {
      cwd: repository,
      env: {
        PATH: process.env['PATH'],
        TMPDIR: temporary,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
    });
    return { outdir, temporary, stderr };
  }

  const templateOf = async (outdir: string, name: string) =>
    synthesizedTemplate.parse(JSON.parse(await readFile(join(outdir, `${name}.template.json`), 'utf8')));

  it('leaves a complete assembly, and nothing else', async () => {
    const { outdir, temporary, stderr } = await synthesized();
    // The CDK says of each function that it keeps its code.
    expect(stderr.replace(/^Bundling asset .*\n/gm, '')).toBe('');
    expect(await readdir(temporary)).toEqual([]);

    const template = await templateOf(outdir, 'StorageConnections');
    const functions = resourcesOf(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(declaredFunctions.length);
    for (const [, { Properties }] of functions) {
      const { S3Key } = z.object({ S3Key: z.string() }).parse(Properties['Code']);
      const files = await readdir(join(outdir, `asset.${S3Key.replace(/\.zip$/, '')}`));
      expect(files).toContain('index.mjs');
      expect(files.filter((file) => !/^(index|chunk-[A-Z0-9]+)\.mjs$/.test(file))).toEqual([]);
    }
  });

  it('names the stack after any stage but prod', async () => {
    const { outdir } = await synthesized({ stage: 'dev' });
    const [[, stage] = []] = resourcesOf(await templateOf(outdir, 'StorageConnections-dev'), 'AWS::ApiGateway::Stage');
    expect(stage?.Properties['StageName']).toBe('dev');
  });

  it('is refused with a misspelt setting', async () => {
    await expect(synthesized({ stgae: 'dev' })).rejects.toThrow('there is no setting stgae');
  });
});
