import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import { isGcsBucketName, projectOf } from '../../../functions/providers/gcs/gcs-credential.ts';
import { answering, answeringInTurn, type CannedAnswer } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import {
  apiError,
  credential,
  emptyListing,
  googleThat,
  identity,
  jsonAnswer,
  newKeyPair,
  openAccountAt,
  openAt,
  outcome,
  ownKey,
  token,
  tokenError,
} from './gcs-scene.ts';

describe('what the token endpoint says', () => {
  test.each<[string, CannedAnswer, DiagnosisCode]>([
    ['a deleted key', tokenError('invalid_grant', 'Invalid JWT Signature.'), 'service-account-key-revoked'],
    ['a deleted account', tokenError('invalid_grant', 'Invalid grant: account not found'), 'service-account-not-found'],
    [
      'a disabled account',
      tokenError('disabled_client', 'The OAuth client was disabled.', 401),
      'service-account-not-found',
    ],
    [
      'a clock that is off',
      tokenError('invalid_grant', 'Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.'),
      'clock-skewed',
    ],
    ['anything else about the grant', tokenError('invalid_grant', 'said'), 'access-token-refused'],
    ['unauthorized', tokenError('unauthorized_client', 'said', 401), 'access-token-refused'],
    ['a policy', tokenError('access_denied', 'said', 403), 'access-token-refused'],
    ['what nobody knows', tokenError('constructor', 'said'), 'request-refused'],
    ['too many', tokenError('rate_limit_exceeded', 'said', 429), 'storage-busy'],
    ['its own failure', { status: 500, body: '<html>' }, 'storage-failed'],
    ['a redirect', { status: 302, headers: { location: 'http://169.254.169.254/' } }, 'redirected'],
    ['a web page', { status: 200, body: '<html>' }, 'not-a-storage-api'],
    ['no token', jsonAnswer(200, { token_type: 'Bearer' }), 'not-a-storage-api'],
  ])('%s, and the storage is not asked', async (_, answer, code) => {
    const servers = await googleThat(answer, emptyListing);
    expect(await outcome(servers)).toBe(code);
    expect(servers.tokens.requests).toHaveLength(1);
    expect(servers.api.reached()).toBe(0);
  });
});

describe('what the storage says', () => {
  test.each<[string, CannedAnswer, DiagnosisCode]>([
    ['no role, or no bucket', apiError(403, 'forbidden'), 'bucket-not-found-or-denied'],
    ['no scope', apiError(403, 'insufficientPermissions'), 'bucket-not-found-or-denied'],
    ['no bucket', apiError(404, 'notFound'), 'bucket-not-found'],
    ['a bucket’s name', apiError(400, 'invalid'), 'bucket-name-invalid'],
    ['a token', apiError(401, 'authError'), 'access-token-refused'],
    ['a token, without a reason', jsonAnswer(401, { error: { code: 401 } }), 'access-token-refused'],
    ['the API off', apiError(403, 'accessNotConfigured'), 'api-disabled'],
    [
      'the API off, in the newer form',
      jsonAnswer(403, {
        error: { code: 403, errors: [{ reason: 'forbidden' }], details: [{ reason: 'SERVICE_DISABLED' }] },
      }),
      'api-disabled',
    ],
    ['billing', apiError(403, 'accountDisabled'), 'billing-disabled'],
    ['billing of another project', apiError(403, 'userProjectAccountProblem'), 'billing-disabled'],
    ['a perimeter', apiError(403, 'vpcServiceControls'), 'perimeter-denied'],
    [
      'requester pays',
      apiError(400, 'required', 'Bucket is a requester pays bucket but no user project provided.'),
      'requester-pays',
    ],
    ['another missing parameter', apiError(400, 'required'), 'request-refused'],
    ['requester pays by its code', apiError(400, 'userProjectMissing'), 'requester-pays'],
    ['a rate', apiError(429, 'rateLimitExceeded'), 'storage-busy'],
    ['a rate as a refusal', apiError(403, 'userRateLimitExceeded'), 'storage-busy'],
    ['that it is busy', apiError(503, 'backendError'), 'storage-failed'],
    ['an outage, without a reason', { status: 503, body: 'said' }, 'storage-failed'],
    [
      'a bucket that bills its readers, in words',
      apiError(400, 'required', 'Bucket is a requester pays bucket'),
      'requester-pays',
    ],
    [
      'a project without billing, in words',
      apiError(403, 'forbidden', 'The billing account is disabled'),
      'billing-disabled',
    ],
    ['a perimeter, in words', apiError(403, 'forbidden', "Prohibited by organization's policy"), 'perimeter-denied'],
    ['what nobody knows', apiError(400, 'constructor'), 'request-refused'],
  ])('%s', async (_, answer, code) => {
    const servers = await googleThat(token, answer);
    expect(await outcome(servers)).toBe(code);
    expect([servers.tokens.requests.length, servers.api.requests.length]).toEqual([1, 1]);
  });

  test.each<[string, CannedAnswer, DiagnosisCode]>([
    ['no right', apiError(403, 'forbidden'), 'bucket-list-denied'],
    ['a project that is none', apiError(400, 'invalid'), 'project-unknown'],
    ['a project that is not there', apiError(404, 'notFound'), 'project-unknown'],
    ['a listing of objects', emptyListing, 'not-a-storage-api'],
  ])('of an account: %s', async (_, answer, code) => {
    const opened = await openAccountAt(await googleThat(token, answer));
    expect(opened.ok && (await opened.value.listBuckets())).toMatchObject({ diagnosis: { code } });
  });
});

describe('before anything is asked', () => {
  const elliptic = newEllipticKey();
  test.each<[string, Partial<typeof credential>, DiagnosisCode]>([
    [
      'a key that lost its line breaks',
      { privateKey: ownKey.privateKey.replaceAll('\n', ' ') },
      'private-key-malformed',
    ],
    ['a key that is cut off', { privateKey: ownKey.privateKey.slice(0, 900) }, 'private-key-malformed'],
    ['a public key', { privateKey: ownKey.publicKey }, 'private-key-malformed'],
    ['a key of another kind', { privateKey: elliptic }, 'private-key-malformed'],
    ['a person', { clientEmail: 'someone@example.com' }, 'service-account-malformed'],
    ['a path for an address', { clientEmail: 'a/../b@x.iam.gserviceaccount.com' }, 'service-account-malformed'],
  ])('%s', async (_, wrong, code) => {
    const servers = await googleThat(token, emptyListing);
    expect(await outcome(servers, {}, { ...credential, ...wrong })).toBe(code);
    expect([servers.tokens.reached(), servers.api.reached()]).toEqual([0, 0]);
  });

  test.each([
    'http://storage.googleapis.com',
    'https://storage.googleapis.com:8443',
    'https://storage.googleapis.com.evil.test',
    'https://evil.test',
    'https://oauth2.googleapis.com',
    'https://127.0.0.1',
  ])('%s is no place to send a token to', async (endpoint) => {
    const servers = await googleThat(token, emptyListing);
    expect(await outcome(servers, { endpoint })).toBe('endpoint-not-google');
    expect([servers.tokens.reached(), servers.api.reached()]).toEqual([0, 0]);
  });

  test.each(['storage', 'private', 'restricted'])('%s.googleapis.com is one', async (name) => {
    const servers = await googleThat(token, emptyListing);
    expect(await outcome(servers, { endpoint: `https://${name}.googleapis.com` })).toBe('connected');
    expect(servers.api.requests[0]).toContain(`\r\nHost: ${name}.googleapis.com\r\n`);
  });

  test.each(['../../x', 'a?b', 'a#b', 'a%2f', '..', 'a..b', 'A', 'ab', 'x@y', 'a/b', '-abc', 'abc-'])(
    '%s is not a bucket',
    async (bucket) => {
      expect(isGcsBucketName(bucket)).toBe(false);
      const servers = await googleThat(token, emptyListing);
      expect(await outcome(servers, { bucket })).toBe('bucket-name-invalid');
      expect([servers.tokens.reached(), servers.api.reached()]).toEqual([0, 0]);
    },
  );
});

test('a listing asks for no more than names, sizes and times, and never for the bucket', async () => {
  const servers = await googleThat(token, emptyListing);
  const opened = await openAt(servers, { prefix: 'a b/ü&c' });
  expect(opened.ok && (await opened.value.list('t/=+'))).toEqual({ ok: true, value: { objects: [] } });
  const [line = ''] = servers.api.requests[0]?.split('\r\n') ?? [];
  const url = new URL(line.split(' ')[1] ?? '', 'https://x');
  expect(line).toMatch(/^GET /);
  expect(url.pathname).toBe('/storage/v1/b/photos/o');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    fields: 'kind,items(name,size,updated),nextPageToken',
    maxResults: '1000',
    prefix: 'a b/ü&c',
    pageToken: 't/=+',
  });
  expect(servers.api.requests[0]).toMatch(/authorization: Bearer ya29\.token\r\n/i);
  expect(servers.api.requests[0]).not.toMatch(/accept-encoding: .*gzip/i);
});

test('a token is asked for once, and again when it has run out', async () => {
  const servers = await googleThat(token, emptyListing);
  const opened = await openAt(servers);
  if (!opened.ok) throw new Error(opened.diagnosis.code);
  await opened.value.list();
  await opened.value.list();
  expect([servers.tokens.requests.length, servers.api.requests.length]).toEqual([1, 2]);
  const spent = await googleThat(jsonAnswer(200, { access_token: 't', expires_in: 0 }), emptyListing);
  const again = await openAt(spent);
  if (!again.ok) throw new Error(again.diagnosis.code);
  await again.value.list();
  await again.value.list();
  expect(spent.tokens.requests.length).toBeGreaterThan(1);
});

test('a passing failure is not tried again: the caller has a deadline', async () => {
  const api = await serverThat(answeringInTurn({ status: 500 }, emptyListing), identity);
  const tokens = await serverThat(answering(token), identity);
  expect(await outcome({ tokens, api })).toBe('storage-failed');
  expect(api.requests).toHaveLength(1);
});

test.each([
  ['a@acme-vision.iam.gserviceaccount.com', 'acme-vision'],
  ['a@acme-vision.example.com.iam.gserviceaccount.com', 'example.com:acme-vision'],
  ['acme-vision@appspot.gserviceaccount.com', 'acme-vision'],
  ['123456-compute@developer.gserviceaccount.com', '123456'],
  ['a@developer.gserviceaccount.com', undefined],
  ['a@gcp-sa-logging.gserviceaccount.com', undefined],
])('%s was made in %s', (email, project) => {
  expect(projectOf(email)).toBe(project);
});

function newEllipticKey(): string {
  return identity.key.includes('BEGIN PRIVATE KEY') ? identity.key : newKeyPair().privateKey;
}
