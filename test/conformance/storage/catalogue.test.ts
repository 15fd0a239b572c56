import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { type DiagnosisCode, diagnosisCodes } from '../../../functions/core/diagnosis/catalogue.ts';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { toInterrupted } from '../../../functions/core/records/verdict.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import { assumeRole } from '../../../functions/platform/credentials/assume-role.ts';
import type { Lookup } from '../../../functions/providers/egress/resolve-route.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { startAwsServer } from '../../../infra/local/aws/aws-server.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { allow, emptyTemplate, role } from '../../infra/local/aws/test-aws.ts';
import { proxyServer } from '../../providers/egress/proxy-server.ts';
import {
  apiError,
  emptyListing,
  jsonAnswer,
  credential as serviceAccount,
  token,
  tokenError,
} from '../../providers/gcs/gcs-scene.ts';
import {
  accountKey,
  attempt,
  azure,
  azureAt,
  googleAccountAt,
  googleAt,
  type Producer,
  s3At,
  s3Error,
  s3StandIn,
  tlsAt,
} from './catalogue-scene.ts';
import { answering, endless, hanging, resetting, speakingSsh } from './hostile.ts';
import { serverThat } from './server-that.ts';

const pairOf = (accessKey: string, secretKey: string, sessionToken?: string): Credential => ({
  kind: 'access-key-pair',
  accessKey,
  secretKey,
  ...(sessionToken !== undefined && { sessionToken }),
});
const azureHost = 'https://acme.blob.core.windows.net';
/** A look-up that fails as the system's does. */
const failingLookup = (code: string): { readonly lookup: Lookup } => ({
  lookup: (_host, _options, callback) => callback(Object.assign(new Error('x'), { code }), []),
});
const unlookedUp =
  (code: string): Producer =>
  () =>
    attempt('https://storage.example.com', { options: failingLookup(code) });

/** A port at which nothing listens: one that was just let go. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A healthy storage behind a proxy. */
const through = async (proxy: string, allow?: string): Promise<Diagnosis> => {
  const identity = newCertificate(['127.0.0.1']);
  const server = await serverThat(answering({ status: 200 }), identity);
  return attempt(`https://127.0.0.1:${server.port}`, {
    target: { proxy },
    options: { ca: [identity.cert] },
    environment: { EGRESS_ALLOW: allow ?? '127.0.0.1' },
  });
};

const denialBy = (policy: string): Producer =>
  s3At(s3Error(403, 'AccessDenied', `<Message>with an explicit deny in ${policy}</Message>`));

const openRole = 'arn:aws:iam::210987654321:role/open';

/**
 * The STS of the local target, for the whole file, because there is one client of it in a process. It has one role,
 * which trusts this service whoever it asks for.
 */
beforeAll(async () => {
  const verifier = role('verifier', [allow('sts:AssumeRole')]);
  const dataDir = await mkdtemp(join(tmpdir(), 'catalogue-'));
  const credentials = { accessKeyId: 'ASIAOPEN', secretAccessKey: 'secret', sessionToken: 'token' };
  const wire = await startAwsServer({
    template: { ...emptyTemplate, roles: [verifier] },
    dataDir,
    invoke: async () => ({ ok: true, payload: null }),
    customerRoles: [{ arn: openRole, trustedAccount: '000000000000', credentials }],
  });
  const own = wire.credentialsFor(verifier.arn);
  const environment = {
    ...wire.environment(),
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return async () => {
    vi.unstubAllEnvs();
    await wire.stop();
    await rm(dataDir, { recursive: true });
  };
});

const roleOf = (roleArn: string): Credential => ({ kind: 'assumed-role', roleArn, externalId: 'organization-1' });

const byRole =
  (roleArn: string): Producer =>
  () =>
    attempt('https://s3.eu-west-1.amazonaws.com', { credential: roleOf(roleArn), options: { assumeRole } });

const exposed =
  (roleArn: string): Producer =>
  async () => {
    const found = await storageFor({}, { assumeRole }).exposure(roleOf(roleArn));
    if (!found) throw new Error('Nothing was wrong.');
    return found;
  };

/**
 * How each code of the catalogue comes about: with the real drivers, against stand-ins that answer as documented, or
 * servers that answer as functions/providers/README.md says. A code without an entry does not compile.
 */
const producers: Readonly<Record<DiagnosisCode, Producer>> = {
  // No name is looked up on the network in a test: the system's answers are put in the look-up's place.
  'host-not-found': unlookedUp('ENOTFOUND'),
  'account-host-not-found': () => azure(azureHost, { options: failingLookup('ENOTFOUND') }),
  'name-lookup-failed': unlookedUp('EAI_AGAIN'),
  // Whether a network has no route somewhere is not for a test to choose either; the code is the system's own.
  'host-unreachable': unlookedUp('EHOSTUNREACH'),
  'endpoint-not-an-account': () => azure('https://portal.azure.core.windows.net/a/b'),
  'endpoint-not-google': googleAt(token, emptyListing, { endpoint: 'https://storage.example.com' }),
  'address-not-allowed': () => attempt('http://127.0.0.1:9000', { environment: { EGRESS_ALLOW: '' } }),

  'connection-refused': async () => attempt(`http://127.0.0.1:${await closedPort()}`),
  'connection-timed-out': s3At(hanging, { deadline: 100 }),
  'connection-reset': s3At(resetting),
  'not-tls': async () => attempt(`https://127.0.0.1:${(await serverThat(answering({ status: 400 }))).port}`),
  // A server without a certificate has no cipher to offer.
  'tls-handshake-failed': async () => attempt(`https://127.0.0.1:${(await serverThat(hanging, {})).port}`),
  'https-required': azureAt(400, 'AccountRequiresHttps'),
  'not-http': s3At(speakingSsh),
  'certificate-untrusted': tlsAt(['127.0.0.1'], 1, false),
  'certificate-name-mismatch': tlsAt(['other.test'], 1),
  'certificate-expired': tlsAt(['127.0.0.1'], -1 / 48),
  'proxy-not-allowed': () => through('http://192.0.2.1:3128'),
  'proxy-unreachable': async () => through(`http://127.0.0.1:${await closedPort()}`),
  'proxy-failed': async () => through(`http://127.0.0.1:${(await serverThat(answering({ status: 502 }))).port}`),
  'proxy-credentials-wrong': async () =>
    through(`http://me:wrong@127.0.0.1:${(await proxyServer({ user: 'me:right' })).port}`),

  'not-a-storage-api': s3At({ status: 200, body: '<html></html>' }),
  'endpoint-is-console': s3At(s3Error(403, 'AccessDenied', '<Message>The Console port was asked.</Message>')),
  'api-version-unsupported': async () => {
    const body = '<Error><HeaderName>x-ms-version</HeaderName></Error>';
    const headers = { 'x-ms-error-code': 'InvalidHeaderValue' };
    const server = await serverThat(answering({ status: 400, headers, body }));
    return azure(`http://127.0.0.1:${server.port}`);
  },
  'answer-too-large': s3At(endless({ status: 200, body: '<ListBucketResult>' }, '<Contents><Key>k</Key></Contents>')),
  redirected: s3At({ status: 302, headers: { location: 'http://169.254.169.254/' } }),

  'access-key-unknown': s3StandIn({ credential: pairOf('AKIANOBODY', 'x'), target: { region: 'eu-west-1' } }),
  'secret-key-wrong': async () => {
    const server = await serverThat(answering(s3Error(403, 'SignatureDoesNotMatch')));
    return attempt('http://s3.eu-central-1.wasabisys.com', {
      environment: {
        CONNECT_TO: `s3.eu-central-1.wasabisys.com::127.0.0.1:${server.port}`,
        EGRESS_ALLOW: '127.0.0.1,s3.eu-central-1.wasabisys.com:80',
      },
    });
  },
  'signature-refused': s3StandIn({ credential: pairOf('AKIATEST', 'x'), target: { region: 'eu-west-1' } }),
  'access-key-form-wrong': s3StandIn({ credential: pairOf('wJal/secret/in/its/place', 'AKIATEST') }),
  'session-token-refused': s3At(s3Error(400, 'InvalidToken')),
  'role-session-refused': s3StandIn({
    credential: pairOf('ASIAOLD', 'test-secret', 'old'),
    target: { region: 'eu-west-1' },
  }),
  'access-key-malformed': s3StandIn({ credential: pairOf('AKIA TEST', 'test-secret') }),
  'session-expired': s3At(s3Error(403, 'InvalidTokenId')),
  'account-key-wrong': azureAt(403, 'AuthenticationFailed'),
  'account-key-malformed': () => azure(azureHost, { credential: { ...accountKey, key: 'not base64!' } }),
  'account-key-disabled': azureAt(403, 'KeyBasedAuthenticationNotPermitted'),
  'account-name-malformed': () => azure(azureHost, { credential: { ...accountKey, account: 'Not-An-Account' } }),
  'endpoint-of-another-account': () => azure('https://other.blob.core.windows.net'),
  'account-being-created': azureAt(409, 'AccountBeingCreated'),
  'account-suspended': s3At(s3Error(403, 'AllAccessDisabled')),
  'clock-skewed': googleAt(tokenError('invalid_grant', 'Invalid JWT: not in a reasonable timeframe.'), emptyListing),
  'private-key-malformed': googleAt(token, emptyListing, {}, { ...serviceAccount, privateKey: 'not a key' }),
  'service-account-malformed': googleAt(token, emptyListing, {}, { ...serviceAccount, clientEmail: 'me@example.com' }),
  'service-account-key-revoked': googleAt(tokenError('invalid_grant', 'Invalid JWT Signature.'), emptyListing),
  'service-account-not-found': googleAt(tokenError('invalid_grant', 'Invalid grant: account not found'), emptyListing),
  'access-token-refused': googleAt(token, apiError(401, 'authError')),
  'project-unknown': googleAccountAt(token, jsonAnswer(200, { kind: 'storage#buckets' }), {
    ...serviceAccount,
    clientEmail: 'robot@gcp-sa-logging.gserviceaccount.com',
  }),
  'role-malformed': byRole('storage-reader'),
  'role-not-assumable': byRole('arn:aws:iam::210987654321:role/storage-reader'),
  'role-open': exposed(openRole),

  'bucket-not-found': s3StandIn({ target: { bucket: 'nowhere' } }),
  'bucket-name-invalid': s3StandIn({ target: { bucket: '../photos' } }),
  'bucket-being-deleted': azureAt(409, 'ContainerBeingDeleted'),
  'list-denied': s3StandIn({ credential: pairOf('AKIANONE', 'test-secret'), target: { region: 'eu-west-1' } }),
  'bucket-not-found-or-denied': googleAt(token, apiError(403, 'forbidden')),
  'bucket-list-denied': s3StandIn({ credential: pairOf('AKIANONE', 'test-secret'), account: true }),
  'denied-by-organization': denialBy('a service control policy'),
  'denied-by-vpc-endpoint': denialBy('a VPC endpoint policy'),
  'denied-by-boundary': denialBy('a permissions boundary'),
  'denied-by-session-policy': denialBy('a session policy'),
  'denied-by-bucket-policy': denialBy('a resource-based policy'),
  'denied-by-identity-policy': denialBy('an identity-based policy'),
  'denied-by-policy': denialBy('something else'),
  'api-disabled': googleAt(token, apiError(403, 'accessNotConfigured')),
  'billing-disabled': googleAt(token, apiError(403, 'accountDisabled')),
  'perimeter-denied': googleAt(token, apiError(403, 'vpcServiceControls')),
  'requester-pays': googleAt(token, apiError(400, 'userProjectMissing')),
  'encryption-key-denied': s3At(s3Error(403, 'AccessDenied', '<Message>not authorized: kms:Decrypt</Message>')),
  'network-not-allowed': azureAt(403, 'AuthorizationFailure'),
  'permission-missing': azureAt(403, 'AuthorizationPermissionMismatch'),
  'acceleration-off': async () => {
    const server = await serverThat(answering(s3Error(400, 'InvalidRequest')));
    return attempt('http://s3-accelerate.amazonaws.com', {
      environment: {
        CONNECT_TO: `*.s3-accelerate.amazonaws.com::127.0.0.1:${server.port}`,
        EGRESS_ALLOW: '127.0.0.1,photos.s3-accelerate.amazonaws.com:80',
      },
    });
  },
  'region-wrong': s3StandIn({ target: { region: 'us-west-2' } }),
  'region-unclear': s3At(s3Error(400, 'IllegalLocationConstraintException')),
  'region-required': s3At(s3Error(403, 'SignatureDoesNotMatch', '<Message>The region must be specified.</Message>')),
  'region-unknown': s3At(s3Error(400, 'InvalidRegionName')),
  'region-of-another-endpoint': () =>
    attempt('https://s3.eu-central-1.wasabisys.com', { target: { region: 'us-west-1' } }),

  'storage-busy': azureAt(503, 'ServerBusy'),
  'storage-failed': azureAt(500, 'InternalError'),
  'request-refused': s3At(s3Error(400, 'SomethingNew')),
  // No storage says these: they are what a check finds in the vault (`core/check-connection.ts`).
  'secret-missing': async () => diagnose('secret-missing'),
  'secret-unreadable': async () => diagnose('secret-unreadable'),
  // No storage says this: it is what a loop that died leaves behind, and whoever finds that says it.
  interrupted: async () => {
    const verdict = toInterrupted();
    if (verdict.status !== 'error') throw new Error('An interrupted job has failed.');
    return verdict.diagnosis;
  },
};

test.each(Object.entries(producers))('%s', async (code, produce) => {
  const expected = diagnosisCodes.find((known) => known === code);
  if (expected === undefined) throw new Error('This is no code of the catalogue.');
  const wording = expected === 'region-wrong' ? diagnose(expected, { region: 'eu-west-1' }) : diagnose(expected);
  expect(await produce()).toEqual(wording);
});

test('every code of the catalogue has its producer', () => {
  expect(Object.keys(producers).sort()).toEqual([...diagnosisCodes].sort());
});
