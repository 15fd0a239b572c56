import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import type { AccountKey } from '../../../functions/core/storage/credential.ts';
import type { Bucket } from '../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { answering, type CannedAnswer, type HostileServer } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';

const credential: AccountKey = { kind: 'account-key', account: 'acme', key: Buffer.alloc(64, 7).toString('base64') };
const openAt = (server: HostileServer, more: Partial<StorageTarget> = {}, as = credential) =>
  storageFor({ EGRESS_ALLOW: `127.0.0.1:${server.port}` }).open(
    { provider: 'azure', endpoint: `http://127.0.0.1:${server.port}`, bucket: 'photos', prefix: '', ...more },
    as,
    AbortSignal.timeout(5_000),
  );

async function bucketAt(server: HostileServer, more: Partial<StorageTarget> = {}): Promise<Bucket> {
  const opened = await openAt(server, more);
  if (!opened.ok) throw new Error(opened.diagnosis.code);
  return opened.value;
}

async function outcome(server: HostileServer, more: Partial<StorageTarget> = {}, as?: AccountKey): Promise<string> {
  const opened = await openAt(server, more, as);
  const answer = opened.ok ? await opened.value.list() : opened;
  return answer.ok ? 'connected' : answer.diagnosis.code;
}

const xml = { 'content-type': 'application/xml' };
const listing = (inner = '<Blobs/><NextMarker/>', container = 'photos'): CannedAnswer => ({
  status: 200,
  headers: xml,
  body: `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://a/" ContainerName="${container}">${inner}</EnumerationResults>`,
});

const codes: readonly [number, string, DiagnosisCode][] = [
  [403, 'AuthenticationFailed', 'account-key-wrong'],
  [400, 'InvalidAuthenticationInfo', 'account-key-wrong'],
  [403, 'AuthorizationFailure', 'network-not-allowed'],
  [403, 'AuthorizationSourceIPMismatch', 'network-not-allowed'],
  [403, 'AuthorizationPermissionMismatch', 'permission-missing'],
  [403, 'AuthorizationResourceTypeMismatch', 'permission-missing'],
  [403, 'AuthorizationServiceMismatch', 'permission-missing'],
  [403, 'InsufficientAccountPermissions', 'permission-missing'],
  [403, 'AuthorizationProtocolMismatch', 'https-required'],
  [400, 'AccountRequiresHttps', 'https-required'],
  [403, 'KeyBasedAuthenticationNotPermitted', 'account-key-disabled'],
  [403, 'AccountIsDisabled', 'account-suspended'],
  [409, 'AccountBeingCreated', 'account-being-created'],
  [404, 'ContainerNotFound', 'bucket-not-found'],
  [409, 'ContainerBeingDeleted', 'bucket-being-deleted'],
  [400, 'InvalidResourceName', 'bucket-name-invalid'],
  [503, 'ServerBusy', 'storage-busy'],
  [500, 'OperationTimedOut', 'storage-failed'],
  [503, 'SomethingNew', 'storage-failed'],
  [500, 'InternalError', 'storage-failed'],
  [400, 'SomethingNew', 'request-refused'],
  [400, 'constructor', 'request-refused'],
];

test.each(codes)('%d %s, in the body or only in the header', async (status, code, diagnosis) => {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said</Message></Error>`;
  const inBody = await serverThat(answering({ status, headers: xml, body }));
  const inHeader = await serverThat(answering({ status, headers: { 'x-ms-error-code': code } }));
  expect([await outcome(inBody), await outcome(inHeader)]).toEqual([diagnosis, diagnosis]);
  expect([inBody.requests.length, inHeader.requests.length]).toEqual([1, 1]);
});

test('a failed authentication over the date is not the key’s', async () => {
  const body =
    '<Error><Code>AuthenticationFailed</Code><Message>x</Message><AuthenticationErrorDetail>Request date header too old: x</AuthenticationErrorDetail></Error>';
  expect(await outcome(await serverThat(answering({ status: 403, headers: xml, body })))).toBe('clock-skewed');
});

test('a code that an answer borrows from the network is not the network’s', async () => {
  const body = '{"error":{"code":"ENOTFOUND"},"code":"ECONNREFUSED"}';
  const server = await serverThat(answering({ status: 400, headers: { 'content-type': 'application/json' }, body }));
  expect(await outcome(server)).toBe('request-refused');
});

describe('a listing', () => {
  const blob = (name: string, inner = '<Properties><Content-Length>7</Content-Length></Properties>') =>
    `<Blob><Name>${name}</Name>${inner}</Blob>`;

  test('has names and sizes, and goes on where it says so', async () => {
    const page = `<Blobs>${blob('a &amp; b/ü')}${blob('7')}</Blobs><NextMarker>more/=+</NextMarker>`;
    expect(await (await bucketAt(await serverThat(answering(listing(page))))).list()).toEqual({
      ok: true,
      value: {
        objects: [
          { key: 'a & b/ü', size: 7 },
          { key: '7', size: 7 },
        ],
        next: 'more/=+',
      },
    });
  });

  test('has names that XML cannot hold decoded', async () => {
    const page = `<Blobs><Blob><Name Encoded="true">a%EF%BF%BEb</Name><Properties><Content-Length>1</Content-Length></Properties></Blob></Blobs><NextMarker/>`;
    const answer = await (await bucketAt(await serverThat(answering(listing(page))))).list();
    expect(answer).toEqual({ ok: true, value: { objects: [{ key: 'a\ufffeb', size: 1 }] } });
  });

  test('has the times that are some', async () => {
    const said = ['Sat, 31 Jan 2026 12:00:00 GMT', 'yesterday', ''];
    const blobs = said.map((time) => blob('k', `<Properties><Last-Modified>${time}</Last-Modified></Properties>`));
    const page = `<Blobs>${blobs.join('')}</Blobs><NextMarker/>`;
    const answer = await (await bucketAt(await serverThat(answering(listing(page))))).list();
    const times = answer.ok ? answer.value.objects.map(({ modifiedAt }) => modifiedAt) : answer;
    expect(times).toEqual([Date.UTC(2026, 0, 31, 12), undefined, undefined]);
  });

  test('has at most a page of keys, with sizes that can be counted with', async () => {
    const odd = ['', '-5', 'NaN', '1e400', '12.5'].map((size) =>
      blob('k', `<Properties><Content-Length>${size}</Content-Length></Properties>`),
    );
    const page = `<Blobs>${odd.join('')}${blob('k').repeat(2000)}</Blobs><NextMarker/>`;
    const answer = await (await bucketAt(await serverThat(answering(listing(page))))).list();
    if (!answer.ok) throw new Error(answer.diagnosis.code);
    expect(answer.value.objects).toHaveLength(1000);
    for (const { size } of answer.value.objects) expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
  });

  test('asks for its prefix, its page and where to go on', async () => {
    const server = await serverThat(answering(listing()));
    await (await bucketAt(server, { prefix: 'a b/ü&c' })).list('t/=+');
    const url = new URL(/^GET (\S+)/.exec(server.requests[0] ?? '')?.[1] ?? '', 'http://x');
    expect(url.pathname).toBe('/acme/photos');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      restype: 'container',
      comp: 'list',
      include: 'metadata',
      maxresults: '1000',
      marker: 't/=+',
      prefix: 'a b/ü&c',
    });
  });

  test('leaves out directories, told by their resource type or by what Hadoop marks them with', async () => {
    const blob = (name: string, size: number, type: string, metadata = '') =>
      `<Blob><Name>${name}</Name><Properties><Content-Length>${size}</Content-Length>${type}</Properties>${metadata}</Blob>`;
    const folder = (value: string) => `<Metadata><hdi_isfolder>${value}</hdi_isfolder></Metadata>`;
    const blobs = [
      blob('dir', 0, '<ResourceType>directory</ResourceType>'),
      blob('dir/a.csv', 3, '<ResourceType>file</ResourceType>'),
      blob('stub', 0, '', folder('true')),
      blob('Stub', 0, '', folder('True').replaceAll('hdi_isfolder', 'Hdi_IsFolder')),
      blob('empty.csv', 0, '', folder('false')),
      blob('marked.csv', 2, '', folder('true')),
      '<Blob><Name>bare.csv</Name></Blob>',
    ].join('');
    const server = await serverThat(answering(listing(`<Blobs>${blobs}</Blobs><NextMarker/>`)));
    const answer = await (await bucketAt(server)).list();
    if (!answer.ok) throw new Error(answer.diagnosis.code);
    expect(answer.value.objects.map(({ key }) => key)).toEqual(['dir/a.csv', 'empty.csv', 'marked.csv', 'bare.csv']);
    expect(server.requests).toHaveLength(1);
  });

  test('of another container is not this one’s', async () => {
    expect(await outcome(await serverThat(answering(listing(undefined, 'other'))))).toBe('not-a-storage-api');
  });
});

describe('what could lead elsewhere', () => {
  test.each(['.', '..', 'a/../b', '../x', 'a/b', 'a?b', 'a#b', '%2e%2e', 'Photos', 'a--b', '$other', 'ab'])(
    'container %s',
    async (bucket) => {
      const server = await serverThat(answering(listing()));
      expect(await outcome(server, { bucket })).toBe('bucket-name-invalid');
      expect(server.reached()).toBe(0);
      expect(await outcome(server)).toBe('connected');
    },
  );

  test.each<[Partial<AccountKey>, DiagnosisCode]>([
    [{ account: 'ACME' }, 'account-name-malformed'],
    [{ account: 'acme.evil.test/' }, 'account-name-malformed'],
    [{ account: 'a@b' }, 'account-name-malformed'],
    [{ key: 'not a key' }, 'account-key-malformed'],
    [{ key: 'abc' }, 'account-key-malformed'],
  ])('credential %o', async (part, code) => {
    const server = await serverThat(answering(listing()));
    expect(await outcome(server, {}, { ...credential, ...part })).toBe(code);
    expect(server.reached()).toBe(0);
  });

  test('an endpoint that is another account’s, or none’s', async () => {
    const server = await serverThat(answering(listing()));
    const at = (path: string) => outcome(server, { endpoint: `http://127.0.0.1:${server.port}${path}` });
    expect(await at('/other')).toBe('endpoint-of-another-account');
    expect(await at('/a/b/c')).toBe('endpoint-not-an-account');
    expect(server.reached()).toBe(0);
    expect(await at('/acme/photos')).toBe('connected');
  });

  test('proxies of the environment', async () => {
    const proxy = await serverThat(answering(listing()));
    const server = await serverThat(answering(listing()));
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await outcome(server)).toBe('connected');
    expect([proxy.reached(), server.requests.length]).toEqual([0, 1]);
  });

  test('a redirect to the same host, which the SDK would follow', async () => {
    const server = await serverThat(answering({ status: 302, headers: { location: '/acme/photos/elsewhere' } }));
    expect(await outcome(server)).toBe('redirected');
    expect(server.requests).toHaveLength(1);
  });
});

test('a custom domain is signed for with the account the caller named', async () => {
  const server = await serverThat(answering(listing()));
  const storage = storageFor({
    CONNECT_TO: `files.example.com::127.0.0.1:${server.port}`,
    EGRESS_ALLOW: '127.0.0.1,files.example.com:80',
  });
  const target = { provider: 'azure', endpoint: 'http://files.example.com', bucket: 'photos', prefix: '' } as const;
  const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
  expect(opened.ok && (await opened.value.list())).toMatchObject({ ok: true });
  expect(server.requests[0]).toMatch(/^GET \/photos\?/);
  expect(server.requests[0]).toMatch(/\r\nhost: files\.example\.com\r\n/i);
  expect(server.requests[0]).toMatch(/\r\nauthorization: SharedKey acme:/i);
});
