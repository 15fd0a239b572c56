import { EdgeImpulseApi } from 'edge-impulse-api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canary, canaryAccountKey } from '../canary.ts';
import { type Service, startService } from '../service.ts';
import { startHostile } from '../storage/hostile.ts';

let service: Service;
let hostile: Awaited<ReturnType<typeof startHostile>>;

beforeAll(async () => {
  hostile = await startHostile();
  service = await startService({ parameters: { EgressAllow: `127.0.0.1:${hostile.port}` } });
});
afterAll(async () => {
  await service.expectNoLeak();
  await Promise.all([service.stop(), hostile.stop()]);
});

const s3 = () => {
  const { s3: place, keys } = demo();
  return {
    accessKey: keys.s3.accessKey,
    secretKey: keys.s3.secretKey,
    bucket: place.bucket,
    endpoint: place.endpoint,
    region: place.region,
  };
};
const azure = () => {
  const { azure: place, keys } = demo();
  return {
    storageProvider: 'azure' as const,
    accessKey: keys.azure.account,
    secretKey: keys.azure.key,
    bucket: place.container,
    endpoint: place.endpoint,
  };
};
function demo() {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}

/** Posts the same until the answer is no longer `connecting`, as the document has clients do. */
const settle = (body: unknown) =>
  vi.waitFor(
    async () => {
      const reply = await service.verify(body);
      expect(reply.body).not.toMatchObject({ connectionStatus: 'connecting' });
      return reply;
    },
    { timeout: 20_000, interval: 100 },
  );

const isoDate = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('the document: a bucket that works', () => {
  test('on S3 is connected in one call, one call to the storage', async () => {
    const before = demo().s3.requests.length;
    const { status, headers, body } = await service.verify(s3());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      success: true,
      connectionStatus: 'connected',
      connectionError: null,
      connectionStatusSince: isoDate,
      files: expect.any(Array),
      hasInfoLabelsFile: true,
      signedUrl: expect.stringContaining(s3().bucket),
    });
    expect(demo().s3.requests.length - before).toBe(1);
  });

  test('shows up to ten files of it, by name, size and folder', async () => {
    const { body } = await service.verify({ ...s3(), prefix: 'cval/' });
    expect(body).toMatchObject({ connectionStatus: 'connected', hasInfoLabelsFile: false });
    const files = (body as { files: { name: string; size: number; folderName: string }[] }).files;
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(10);
    for (const file of files) {
      expect(Object.keys(file).sort()).toEqual(['folderName', 'name', 'size']);
      expect(file.name).not.toContain('/');
      expect(file.folderName).toMatch(/^cval\/(images|annotations)\/(train|test|val)/);
      expect(Number.isInteger(file.size)).toBe(true);
    }
  });

  test.each([['s3'], ['other'], [undefined]])('as storageProvider %s', async (storageProvider) => {
    expect((await service.verify({ ...s3(), storageProvider })).body).toMatchObject({ connectionStatus: 'connected' });
  });

  test('without a region', async () => {
    const { region: _, ...body } = s3();
    expect((await service.verify(body)).body).toMatchObject({ connectionStatus: 'connected' });
  });

  test('at a prefix that holds nothing', async () => {
    const { body } = await service.verify({ ...s3(), prefix: 'nothing/here' });
    expect(body).toMatchObject({ connectionStatus: 'connected', files: [], hasInfoLabelsFile: false });
  });

  test('on Azure is connecting first and connected when posted again', async () => {
    const first = await service.verify(azure());
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      success: true,
      connectionStatus: 'connecting',
      connectionError: null,
      connectionStatusSince: isoDate,
    });
    expect((await settle(azure())).body).toEqual({
      success: true,
      connectionStatus: 'connected',
      connectionError: null,
      connectionStatusSince: isoDate,
      files: expect.any(Array),
      hasInfoLabelsFile: true,
      signedUrl: expect.stringContaining(azure().bucket),
      endpoint: azure().endpoint,
    });
  });

  test.each(['s3', 'azure'] as const)('on %s gives a URL that takes a plain PUT', async (provider) => {
    const { body } = await settle(provider === 's3' ? s3() : azure());
    const { signedUrl } = body as { signedUrl: string };
    const put = await fetch(signedUrl, { method: 'PUT', body: 'written' });
    expect([200, 201]).toContain(put.status);
    await put.body?.cancel();
  });
});

describe('the document: a bucket that fails is a successful answer', () => {
  const failure = (connectionError: unknown) => ({
    status: 200,
    body: { success: true, connectionStatus: 'error', connectionError, connectionStatusSince: isoDate },
  });

  test('a wrong secret key names the field and the remedy', async () => {
    expect(await service.verify({ ...s3(), secretKey: canary.secret })).toMatchObject(
      failure(
        expect.stringMatching(
          /^secretKey: The storage does not accept the signature .* secret key again, .* access key.* Host header .* path\.$/,
        ),
      ),
    );
  });

  test('an unknown access key', async () => {
    expect(await service.verify({ ...s3(), accessKey: 'UNKNOWN', secretKey: canary.secret })).toMatchObject(
      failure(expect.stringMatching(/^accessKey: /)),
    );
  });

  test('a bucket that is not there', async () => {
    expect(await service.verify({ ...s3(), bucket: 'no-such-bucket' })).toMatchObject(
      failure(expect.stringMatching(/^bucket: /)),
    );
  });

  test('a wrong region is told the right one', async () => {
    expect(await service.verify({ ...s3(), region: 'eu-west-1' })).toMatchObject(
      failure(expect.stringMatching(/^region: .*us-east-1/)),
    );
  });

  test('an endpoint at an address that is not allowed', async () => {
    for (const endpoint of ['http://169.254.169.254', 'https://127.0.0.1:1', 'http://[::1]:9000', 'https://10.0.0.1']) {
      expect(await service.verify({ ...s3(), endpoint })).toMatchObject(failure(expect.stringMatching(/^endpoint: /)));
    }
  });

  test('an endpoint that answers with something else repeats nothing of it', async () => {
    const { body } = await service.verify({ ...s3(), endpoint: hostile.url, secretKey: canary.secret });
    expect(body).toMatchObject({ connectionStatus: 'error', connectionError: expect.stringMatching(/^endpoint: /) });
    expect(hostile.requests()).toBeGreaterThan(0);
  });

  test('a wrong account key on Azure', async () => {
    const { body } = await settle({ ...azure(), secretKey: canaryAccountKey });
    expect(body).toMatchObject({ connectionStatus: 'error', connectionError: expect.stringMatching(/^secretKey: /) });
  });

  test('a missing container on Azure, at once', async () => {
    const { body } = await settle({ ...azure(), bucket: 'no-such-container' });
    expect(body).toMatchObject({ connectionStatus: 'error', connectionError: expect.stringMatching(/^bucket: /) });
  });
});

describe('the unmodified client', () => {
  const client = async (apiKey = service.target.seeded.key) => {
    const api = new EdgeImpulseApi({ endpoint: service.target.url });
    await api.authenticate({ method: 'apiKey', apiKey });
    return api.organizationData;
  };

  test('sees an S3 bucket connected', async () => {
    const verified = await (await client()).verifyOrganizationBucket(1, s3());
    expect(verified).toMatchObject({ success: true, connectionStatus: 'connected', hasInfoLabelsFile: true });
    expect(verified.connectionStatusSince).toBeInstanceOf(Date);
  });

  test('sees an Azure container go from connecting to connected', async () => {
    const api = await client();
    const body = { ...azure(), prefix: 'cval/' };
    const seen = [(await api.verifyOrganizationBucket(1, body)).connectionStatus];
    await vi.waitFor(
      async () => {
        seen.push((await api.verifyOrganizationBucket(1, body)).connectionStatus);
        expect(seen.at(-1)).toBe('connected');
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(new Set(seen)).toEqual(new Set(['connecting', 'connected']));
  });

  test('returns a failed verification and throws on a refused request', async () => {
    const api = await client();
    expect(await api.verifyOrganizationBucket(1, { ...s3(), secretKey: canary.secret })).toMatchObject({
      connectionStatus: 'error',
      connectionError: expect.stringContaining('secretKey'),
    });
    await expect(api.verifyOrganizationBucket(1, { ...s3(), bucket: 'a/b' })).rejects.toThrow(/^bucket must be/);
    const stranger = await client(`${service.target.seeded.key.slice(0, -1)}~`);
    await expect(stranger.verifyOrganizationBucket(1, s3())).rejects.toThrow(/API key/);
  });
});

describe('the key', () => {
  const bare = () => service.target.seeded.key.replace(/^ei_/, '');
  const path = '/v1/api/organizations/1/buckets/verify';
  const basic = (text: string) => `Basic ${Buffer.from(text.replace(/_(?=[^_]*$)/, ':')).toString('base64')}`;
  const carriers: readonly [string, (key: string) => Record<string, string>][] = [
    ['x-api-key', (key) => ({ 'x-api-key': key })],
    ['x-jwt-token', (key) => ({ 'x-jwt-token': key })],
    ['the cookie jwt', (key) => ({ cookie: `jwt=${encodeURIComponent(key)}` })],
    ['Authorization: Bearer', (key) => ({ authorization: `Bearer ${key}` })],
    ['Authorization: Basic', (key) => ({ authorization: basic(key) })],
    ['Authorization, bare', (key) => ({ authorization: key })],
    ['Authorization: user_api_key', (key) => ({ authorization: `user_api_key:${key}` })],
    ['X-Avala-Api-Key', (key) => ({ 'X-Avala-Api-Key': key })],
  ];

  test.each(carriers)('counts in %s, with ei_ in front or not', async (_, carry) => {
    for (const key of [service.target.seeded.key, bare()]) {
      const { status, body } = await service.send('POST', path, { body: s3(), headers: carry(key) });
      expect([status, body]).toEqual([200, expect.objectContaining({ connectionStatus: 'connected' })]);
    }
  });

  test('is refused in one way, whatever is wrong with it or with the organization', async () => {
    const key = service.target.seeded.key;
    const wrongSecret = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    const refused: readonly [string, Record<string, string>][] = [
      [path, {}],
      [path, { 'x-api-key': 'nonsense' }],
      [path, { 'x-api-key': wrongSecret }],
      [path, { 'x-api-key': key.replace(/_.{12}_/, '_000000000000_') }],
      [path, { 'x-api-key': key, authorization: `Bearer ${wrongSecret}` }],
      [path.replace('/1/', '/2/'), { 'x-api-key': key }],
      [path.replace('/1/', '/abc/'), { 'x-api-key': key }],
      [path.replace('/1/', '/1%20/'), { 'x-api-key': key }],
    ];
    const answers = await Promise.all(
      refused.map(([to, headers]) => service.send('POST', to, { body: s3(), headers })),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0]?.body);
    }
    expect(answers[0]?.body).toEqual({ success: false, error: expect.stringContaining('API key') });
  });

  test('in a cookie counts only with a JSON content type', async () => {
    const headers = { cookie: `jwt=${bare()}`, 'content-type': 'text/plain' };
    expect((await service.send('POST', path, { body: JSON.stringify(s3()), headers })).status).toBe(401);
  });
});

describe('a bad request is a 4xx in this API’s shape, and nothing is stored', () => {
  const rows = async () => (await service.stored()).length;

  test.each<[string, unknown, RegExp]>([
    ['malformed JSON', `{"secretKey":"${canary.secret}`, /JSON/],
    ['no body', '', /JSON object/],
    ['an array', '[]', /JSON object/],
    ['an empty object', '{}', /^accessKey is required; bucket is required; endpoint is required\.$/],
    ['wrong types', '{"accessKey":1,"secretKey":{},"bucket":null,"endpoint":[],"prefix":false}', /must be a string/],
    ['an unknown provider', { storageProvider: 'ftp' }, /^storageProvider must be one of/],
    ['no secret', { secretKey: undefined }, /^secretKey is required/],
    ['an empty secret', { secretKey: '' }, /^secretKey can't be blank/],
    ['control characters in the bucket', { bucket: 'a\u0000b' }, /^bucket /],
    ['control characters in the prefix', { prefix: 'a\u001bb' }, /^prefix must not contain control/],
    ['control characters in the access key', { accessKey: 'a\nb' }, /^accessKey /],
    ['control characters in the region', { region: 'eu\r\nwest' }, /^region /],
    ['an endpoint that is none', { endpoint: 'not a url' }, /^endpoint /],
    ['an endpoint with a password', { endpoint: 'https://me:canarySecretZ9@example.com' }, /^endpoint /],
    ['a bucket that is a path', { bucket: '../other' }, /^bucket /],
    ['a very long bucket', { bucket: 'x'.repeat(10_000) }, /^bucket must be at most 255/],
  ])('%s', async (_, change, error) => {
    const before = await rows();
    const body = typeof change === 'string' ? change : { ...s3(), secretKey: canary.secret, ...(change as object) };
    const reply = await service.verify(body);
    expect(reply).toMatchObject({ status: 400, body: { success: false, error: expect.stringMatching(error) } });
    expect(await rows()).toBe(before);
  });

  test('a body of a megabyte', async () => {
    const reply = await service.verify({ ...s3(), prefix: canary.secret.repeat(75_000) });
    expect(reply).toMatchObject({ status: 413, body: { success: false, error: expect.stringContaining('larger') } });
  });

  test('a body beyond what API Gateway takes, and a path or method that is not there', async () => {
    const shape = { success: false, error: expect.any(String) };
    expect(await service.verify({ prefix: 'x'.repeat(11_000_000) })).toMatchObject({ status: 413, body: shape });
    expect(await service.send('POST', '/v1/api/nothing')).toMatchObject({ status: 404, body: shape });
    expect(await service.send('GET', '/v1/api/organizations/1/buckets/verify')).toMatchObject({
      status: 404,
      body: shape,
    });
  });

  test('unknown properties are no fault', async () => {
    expect((await service.verify({ ...s3(), id: 5, colour: 'red' })).body).toMatchObject({
      connectionStatus: 'connected',
    });
  });
});
