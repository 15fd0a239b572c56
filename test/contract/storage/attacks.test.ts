import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTarget, type Target } from '../../attacks/target.ts';
import { answering, type CannedAnswer, type HostileServer, hostileServer } from '../../conformance/storage/hostile.ts';
import { canary, canaryAccountKey } from '../canary.ts';
import { type Service, startService } from '../service.ts';

let service: Service;
let target: Target;
/** Like the target, but named in the configuration. */
let allowed: Target;
/** A storage that may be reached, and sends whoever asks to the target. */
let redirecting: HostileServer;

beforeAll(async () => {
  [target, allowed] = await Promise.all([startTarget(), startTarget()]);
  const answer: CannedAnswer = {
    status: 307,
    headers: { location: `https://127.0.0.1:${target.port}/${canary.remote}`, 'x-amz-bucket-region': canary.remote },
    body: `<Error><Code>TemporaryRedirect</Code><Endpoint>127.0.0.1:${target.port}</Endpoint></Error>`,
  };
  redirecting = await hostileServer(answering(answer));
  service = await startService({
    parameters: {
      // Scheme and port are no obstacle: only the address is.
      EgressPorts: `443,${target.port},${allowed.port}`,
      EgressAllow: `127.0.0.1:${allowed.port},127.0.0.1:${redirecting.port}`,
    },
  });
});
afterAll(async () => {
  await service.expectNoLeak();
  await Promise.all([service.stop(), target.stop(), allowed.stop(), redirecting.stop()]);
});

const providers = ['s3', 'other', 'google', 'azure'] as const;
type StorageProvider = (typeof providers)[number];

/** Posts until there is a verdict, as the document has clients do. */
function verdictOn(storageProvider: StorageProvider, more: object): Promise<{ status: number; body: unknown }> {
  const keys =
    storageProvider === 'azure'
      ? { accessKey: 'attacked', secretKey: canaryAccountKey }
      : { accessKey: 'AKIAATTACKED', secretKey: canary.secret };
  const body = { storageProvider, ...keys, bucket: 'photos', endpoint: 'https://storage.example.com', ...more };
  return vi.waitFor(
    async () => {
      const reply = await service.verify(body);
      expect(reply.body).not.toMatchObject({ connectionStatus: 'connecting' });
      return reply;
    },
    { timeout: 20_000, interval: 25 },
  );
}

const failure = {
  status: 200,
  body: { connectionStatus: 'error', connectionError: expect.stringMatching(/^endpoint: /) },
};

describe.each(providers)('storageProvider %s', (provider) => {
  test('no spelling of an address reaches what is there', async () => {
    const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', 'localhost', '０x７f.1'];
    for (const host of spellings) {
      expect(await verdictOn(provider, { endpoint: `https://${host}:${target.port}` })).toMatchObject(failure);
    }
    expect([target.connections(), target.bytes()]).toEqual([0, 0]);
  });

  test('where the configuration names it, it is reached', async () => {
    const before = allowed.bytes();
    expect(await verdictOn(provider, { endpoint: `https://127.0.0.1:${allowed.port}` })).toMatchObject(failure);
    expect(allowed.bytes()).toBeGreaterThan(before);
  });

  test('a redirect is not followed', async () => {
    const before = redirecting.requests.length;
    const endpoint = `http://127.0.0.1:${redirecting.port}`;
    expect(await verdictOn(provider, { endpoint })).toMatchObject({ body: { connectionStatus: 'error' } });
    expect(redirecting.requests.length).toBeGreaterThan(before);
    expect([target.connections(), target.bytes()]).toEqual([0, 0]);
  });

  test.each([
    ['endpoint', 'https://storage.example.com@127.0.0.1'],
    ['endpoint', 'https://storage.example.com#@127.0.0.1'],
    ['endpoint', 'https://storage.example.com?x=127.0.0.1'],
    ['endpoint', 'https://storage.example.com\\@127.0.0.1'],
    ['endpoint', 'file:///etc/passwd'],
    ['bucket', '../photos'],
    ['bucket', 'photos%2f..'],
    ['bucket', 'x@127.0.0.1'],
    ['bucket', 'photos\r\nHost: 127.0.0.1'],
    ['bucket', 'arn:aws:s3::123456789012:accesspoint/a.mrap'],
    ['region', 'x.evil.test/'],
    ['prefix', 'a\r\nHost: b'],
    ['accessKey', 'A\r\nHost: b'],
  ])('%s %j is refused before anything is asked', async (field, value) => {
    const { status, body } = await verdictOn(provider, {
      endpoint: `https://127.0.0.1:${target.port}`,
      [field]: value,
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(JSON.stringify(body)).toContain(field);
    expect([target.connections(), target.bytes()]).toEqual([0, 0]);
  });
});
