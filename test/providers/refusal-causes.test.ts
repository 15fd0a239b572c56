import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../functions/core/diagnosis/catalogue.ts';
import type { AccessKeyPair } from '../../functions/core/storage/credential.ts';
import { storageFor } from '../../functions/providers/open-storage.ts';
import { answering, answeringInTurn, type CannedAnswer } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import { codeAndField, listAt } from './code-and-field.ts';
import { proxyServer } from './egress/proxy-server.ts';
import { denialAnswer, errorAnswer, type Reply, replies } from './refusal-replies.ts';
import { credential, outcome, refusal } from './s3/s3-bucket.ts';

describe.each<Reply>(replies)('%s', (_, answer, code, field) => {
  const isPassing = answer.status >= 500;

  test('is distinguished from the other causes of its code by one answer', async () => {
    const server = await serverThat(answering(answer));
    expect(await listAt(server)).toEqual([code, field]);
    expect(server.requests).toHaveLength(isPassing ? 2 : 1);
  });

  test('is distinguished on a later page', async () => {
    expect(await listAt(await serverThat(answering(answer)), 'token')).toEqual([code, field]);
  });

  test('is distinguished where ListObjects is asked instead', async () => {
    const server = await serverThat(answeringInTurn(refusal(501, 'NotImplemented'), answer));
    expect(await listAt(server)).toEqual([code, field]);
  });
});

test.each<[DiagnosisCode, CannedAnswer]>([
  ['endpoint-is-console', errorAnswer(400, 'InvalidArgument', 'Requests must be made to API port.')],
  ['access-key-form-wrong', errorAnswer(400, 'InvalidArgument', 'Credential access key has length 20, should be 32')],
  ['denied-by-organization', denialAnswer('with an explicit deny in a service control policy')],
  ['denied-by-policy', denialAnswer('with an explicit deny in a resource-based policy')],
  ['bucket-list-denied', denialAnswer('because no identity-based policy allows the action')],
  ['signature-refused', errorAnswer(403, 'SignatureDoesNotMatch', 'It does not match')],
  ['requester-pays', errorAnswer(400, 'UserProjectMissing', 'A project is missing')],
  ['storage-failed', errorAnswer(503, 'ServiceUnavailable', 'It is down')],
])('%s is told of an account as well', async (code, answer) => {
  const server = await serverThat(answering(answer));
  const account = { provider: 's3', endpoint: `http://127.0.0.1:${server.port}` } as const;
  const opened = await storageFor({ EGRESS_ALLOW: '127.0.0.1' }).openAccount(
    account,
    credential,
    AbortSignal.timeout(5_000),
  );
  expect(codeAndField(opened.ok ? await opened.value.listBuckets() : opened)[0]).toBe(code);
});

test('a cause is told through a proxy', async () => {
  const server = await serverThat(answering(errorAnswer(403, 'AccessDenied', 'Forbidden: No such key: GK1')));
  const proxy = await proxyServer();
  const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1' });
  const place = { provider: 's3', endpoint: `http://127.0.0.1:${server.port}`, bucket: 'photos', prefix: '' } as const;
  const target = { ...place, proxy: `http://127.0.0.1:${proxy.port}` };
  const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
  expect(codeAndField(opened.ok ? await opened.value.list() : opened)[0]).toBe('access-key-unknown');
  expect(proxy.asked).toHaveLength(1);
});

describe('the kind of credential', () => {
  const ofRole: AccessKeyPair = {
    kind: 'access-key-pair',
    accessKey: 'ASIATEST',
    secretKey: 'test-secret',
    sessionToken: 'token',
  };

  test.each<[number, string]>([
    [400, 'InvalidToken'],
    [400, 'ExpiredToken'],
    [403, 'InvalidTokenId'],
    [403, 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch'],
  ])('of a role gets a remedy of a role: %d %s', async (status, code) => {
    const server = await serverThat(answering(refusal(status, code)));
    expect(await outcome(server, {}, ofRole)).toBe('role-session-refused');
  });

  test('of a key that was named with its region at Oracle’s is that it is not known there', async () => {
    const server = await serverThat(
      answering(errorAnswer(403, 'SignatureDoesNotMatch', 'The region must be specified')),
    );
    expect(await outcome(server, { region: 'eu-frankfurt-1' })).toBe('access-key-unknown');
  });
});

test('a signature that a provider’s own host refuses is the secret’s alone', async () => {
  const server = await serverThat(answering(refusal(403, 'SignatureDoesNotMatch')));
  const host = 's3.eu-central-1.wasabisys.com';
  const storage = storageFor({ CONNECT_TO: `${host}::127.0.0.1:${server.port}`, EGRESS_ALLOW: `127.0.0.1,${host}:80` });
  const target = { provider: 's3', endpoint: `http://${host}`, bucket: 'photos', prefix: '' } as const;
  const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
  expect(opened.ok && (await opened.value.list())).toMatchObject({ diagnosis: { code: 'secret-key-wrong' } });
});

describe('Google by HMAC key', () => {
  test.each<[number, string, DiagnosisCode]>([
    [403, 'AccessNotConfigured', 'api-disabled'],
    [403, 'AccountDisabled', 'billing-disabled'],
    [403, 'UserProjectAccountProblem', 'billing-disabled'],
    [403, 'VpcServiceControls', 'perimeter-denied'],
    [403, 'SecurityPolicyViolated', 'perimeter-denied'],
    [400, 'UserProjectMissing', 'requester-pays'],
    [403, 'RateLimitExceeded', 'storage-busy'],
    [403, 'UserRateLimitExceeded', 'storage-busy'],
    [403, 'QuotaExceeded', 'storage-busy'],
    [503, 'BackendError', 'storage-failed'],
    [500, 'InternalError', 'storage-failed'],
    [403, 'AccessDenied', 'list-denied'],
    [404, 'NoSuchBucket', 'bucket-not-found'],
    [400, 'InvalidBucketName', 'bucket-name-invalid'],
  ])('is told what the JSON API would say: %d %s', async (status, code, diagnosis) => {
    const server = await serverThat(answering(errorAnswer(status, code, 'said')));
    expect(await outcome(server, { provider: 'gcs' })).toBe(diagnosis);
  });

  test.each<[string, DiagnosisCode]>([
    ['The billing account for the project is disabled', 'billing-disabled'],
    ['The bucket is a requester pays bucket', 'requester-pays'],
    ["Request is prohibited by organization's policy", 'perimeter-denied'],
  ])('is told what only the details say: %s', async (details, diagnosis) => {
    const answer = errorAnswer(403, 'AccessDenied', 'Access denied.', `<Details>${details}</Details>`);
    expect(await outcome(await serverThat(answering(answer)), { provider: 'gcs' })).toBe(diagnosis);
  });
});
