import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readKeptDemo } from '../../../infra/local/demo/saved-demo.ts';
import { startLocalTarget } from '../../../infra/local/local-target.ts';
import { assertFree } from '../../../infra/local/port.ts';
import { StartRefused } from '../../../infra/local/template/start-refused.ts';
import { temporaryDirectory } from './runtime/lambda/function-fixture.ts';

vi.setConfig({ testTimeout: 30_000 });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a target that cannot start', () => {
  it.each([
    ['there is no assembly', () => Promise.resolve(join(temporaryDirectory(), 'cdk.out'))],
    ['synthesis failed', () => Promise.reject(new StartRefused('The deployment could not be synthesized.'))],
  ])('because %s leaves nothing running', async (_, assembly) => {
    const ports = { s3: await freePort(), azure: await freePort() };
    const target = startLocalTarget({ assembly: assembly(), dataDir: temporaryDirectory(), port: 0, demo: { ports } });
    await expect(target).rejects.toBeInstanceOf(StartRefused);
    await assertFree(ports.s3);
    await assertFree(ports.azure);
  });
});

describe('the kept keys of the demo storage', () => {
  it('are made once', () => {
    const file = join(temporaryDirectory(), 'demo.json');
    const first = readKeptDemo(file);
    expect(first.keys.s3.secretKey).toHaveLength(40);
    expect(readKeptDemo(file)).toEqual(first);
    expect(readKeptDemo(join(temporaryDirectory(), 'demo.json')).keys).not.toEqual(first.keys);
  });

  it('of a time when there was no service account get one', () => {
    const file = join(temporaryDirectory(), 'demo.json');
    const { keys } = readKeptDemo(file);
    const { gcs: _, ...earlier } = keys;
    writeFileSync(file, JSON.stringify({ keys: earlier }));
    const { gcs, ...others } = readKeptDemo(file).keys;
    expect(others).toEqual(earlier);
    expect(gcs.clientEmail).toBe(keys.gcs.clientEmail);
  });

  it.each(['', '{"keys":{}}', '{"keys":'])('that are damaged (%j) stop the start', (text) => {
    const file = join(temporaryDirectory(), 'demo.json');
    writeFileSync(file, text);
    expect(() => readKeptDemo(file)).toThrow(`${file} is damaged. Remove it`);
  });
});
