import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DiagnosisCode, diagnosisCodes } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { wordDiagnosis } from '../../../functions/dialects/edge-impulse/names.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import {
  answering,
  type CannedAnswer,
  type Conduct,
  endless,
  type HostileServer,
  hanging,
  hostileServer,
  resetting,
  speakingSsh,
} from '../../conformance/storage/hostile.ts';
import { apiError, emptyListing, credential as googleKey, token, tokenError } from '../../providers/gcs/gcs-scene.ts';
import { canary } from '../canary.ts';
import { type Service, startService } from '../service.ts';

/**
 * Every diagnosis that a caller of the verify call can meet, met through it: the deployment runs, its function makes
 * the connection, and the answer is the catalogue's wording. What cannot be met so has its reason below, and its
 * producer in `conformance/storage/catalogue.test.ts`.
 */

/** What the plain server, Google's token host and Google's API do at the moment. */
const conduct: Record<'plain' | 'tokens' | 'google', Conduct> = {
  plain: hanging,
  tokens: answering(token),
  google: answering(emptyListing),
};
const now =
  (which: keyof typeof conduct): Conduct =>
  (connection) =>
    conduct[which](connection);

const google = newCertificate(['*.googleapis.com']);
const strangers = {
  untrusted: newCertificate(['127.0.0.1']),
  otherName: newCertificate(['other.test']),
  expired: newCertificate(['127.0.0.1'], -1 / 48),
};

let service: Service;
const servers: Record<string, HostileServer> = {};
const at = (name: string, scheme = 'http') => `${scheme}://127.0.0.1:${servers[name]?.port ?? 0}`;

beforeAll(async () => {
  servers['plain'] = await hostileServer(now('plain'));
  servers['tokens'] = await hostileServer(now('tokens'), google);
  servers['google'] = await hostileServer(now('google'), google);
  servers['noCertificate'] = await hostileServer(hanging, {});
  for (const [name, identity] of Object.entries(strangers)) servers[name] = await hostileServer(hanging, identity);
  service = await startService({
    waits: (seconds) => seconds * 10,
    parameters: {
      EgressAllow: '127.0.0.1',
      EgressCa: [google, strangers.otherName, strangers.expired].map(({ cert }) => cert).join('\n'),
      ConnectTo: [
        `oauth2.googleapis.com:443:127.0.0.1:${servers['tokens'].port}`,
        `storage.googleapis.com:443:127.0.0.1:${servers['google'].port}`,
      ].join(','),
    },
  });
});
afterAll(async () => {
  await service.expectNoLeak();
  await Promise.all([service.stop(), ...Object.values(servers).map((server) => server.stop())]);
});

type Body = Readonly<Record<string, string>>;
const s3 = (change: Body = {}): Body => ({
  accessKey: 'AKIATEST',
  secretKey: canary.secret,
  bucket: 'photos',
  endpoint: at('plain'),
  ...change,
});
const demo = (change: Body = {}): Body => {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  const { endpoint, bucket, region } = demo.s3;
  return { ...demo.keys.s3, endpoint, bucket, region, ...change };
};
const azure = (change: Body = {}): Body => ({
  storageProvider: 'azure',
  accessKey: 'acme',
  secretKey: Buffer.from(canary.secret.repeat(3)).toString('base64'),
  // A container of its own each time: the same body again would be told the earlier verdict.
  bucket: `c${crypto.randomUUID()}`,
  endpoint: at('plain'),
  ...change,
});
const googleBody = (change: Body = {}, email = googleKey.clientEmail, key = googleKey.privateKey): Body => ({
  storageProvider: 'google',
  accessKey: email,
  secretKey: JSON.stringify({ type: 'service_account', client_email: email, private_key: key }),
  bucket: 'photos',
  endpoint: 'https://storage.googleapis.com',
  ...change,
});

type Scene = () => Body;
const plainAnswers =
  (answer: CannedAnswer | Conduct, body: Scene): Scene =>
  () => {
    conduct.plain = typeof answer === 'function' ? answer : answering(answer);
    return body();
  };
const s3Says = (status: number, code: string, message = ''): Scene =>
  plainAnswers(
    { status, body: `<Error><Code>${code}</Code><Message>${message} ${canary.remote}</Message></Error>` },
    s3,
  );
const denialBy = (policy: string): Scene => s3Says(403, 'AccessDenied', `with an explicit deny in ${policy}`);
const azureSays = (status: number, code: string, body = ''): Scene =>
  plainAnswers({ status, headers: { 'x-ms-error-code': code }, body: `${body}${canary.remote}` }, azure);
const googleSays =
  (tokens: CannedAnswer, api: CannedAnswer, body: Scene = googleBody): Scene =>
  () => {
    conduct.tokens = answering(tokens);
    conduct.google = answering(api);
    return body();
  };

const scenes: Readonly<Partial<Record<DiagnosisCode, Scene>>> = {
  'endpoint-not-an-account': () => azure({ endpoint: 'https://portal.azure.core.windows.net/a/b' }),
  'endpoint-not-google': () => googleBody({ endpoint: 'https://storage.example.com' }),
  'address-not-allowed': () => s3({ endpoint: 'http://169.254.169.254' }),
  'connection-refused': () => s3({ endpoint: 'http://127.0.0.1:1' }),
  'connection-timed-out': plainAnswers(hanging, s3),
  'connection-reset': plainAnswers(resetting, s3),
  'not-tls': plainAnswers(answering({ status: 400 }), () => s3({ endpoint: at('plain', 'https') })),
  'tls-handshake-failed': () => s3({ endpoint: at('noCertificate', 'https') }),
  'https-required': plainAnswers({ status: 400, body: `HTTP was sent to an HTTPS server. ${canary.remote}` }, s3),
  'api-version-unsupported': azureSays(400, 'InvalidHeaderValue', 'x-ms-version'),
  'not-http': plainAnswers(speakingSsh, s3),
  'certificate-untrusted': () => s3({ endpoint: at('untrusted', 'https') }),
  'certificate-name-mismatch': () => s3({ endpoint: at('otherName', 'https') }),
  'certificate-expired': () => s3({ endpoint: at('expired', 'https') }),

  'not-a-storage-api': plainAnswers({ status: 200, body: `<html>${canary.remote}</html>` }, s3),
  'endpoint-is-console': s3Says(403, 'AccessDenied', 'The Console port was asked.'),
  'answer-too-large': plainAnswers(
    endless({ status: 200, body: '<ListBucketResult>' }, '<Contents><Key>k</Key></Contents>'),
    s3,
  ),
  redirected: plainAnswers({ status: 302, headers: { location: 'http://169.254.169.254/' } }, s3),

  'access-key-unknown': () => demo({ accessKey: 'AKIANOBODY', secretKey: canary.secret }),
  'signature-refused': () => demo({ secretKey: canary.secret }),
  'access-key-form-wrong': () => demo({ accessKey: 'wJal/secret/in/its/place', secretKey: canary.secret }),
  'session-token-refused': s3Says(400, 'InvalidToken'),
  'access-key-malformed': () => s3({ accessKey: 'AKIA TEST' }),
  'session-expired': s3Says(400, 'ExpiredToken'),
  'account-key-wrong': azureSays(403, 'AuthenticationFailed'),
  'account-key-malformed': () => azure({ secretKey: 'not base64!' }),
  'account-key-disabled': azureSays(403, 'KeyBasedAuthenticationNotPermitted'),
  'account-name-malformed': () => azure({ accessKey: 'Not-An-Account' }),
  'endpoint-of-another-account': () => azure({ endpoint: 'https://other.blob.core.windows.net' }),
  'account-suspended': s3Says(403, 'AllAccessDisabled'),
  'clock-skewed': googleSays(tokenError('invalid_grant', 'Invalid JWT: not in a reasonable timeframe.'), emptyListing),
  'private-key-malformed': googleSays(token, emptyListing, () =>
    googleBody({}, undefined, '-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----\n'),
  ),
  'service-account-malformed': googleSays(token, emptyListing, () => googleBody({}, 'me@example.com')),
  'service-account-key-revoked': googleSays(tokenError('invalid_grant', 'Invalid JWT Signature.'), emptyListing),
  'service-account-not-found': googleSays(
    tokenError('invalid_grant', 'Invalid grant: account not found'),
    emptyListing,
  ),
  'access-token-refused': googleSays(token, apiError(401, 'authError', canary.remote)),

  'bucket-not-found': () => demo({ bucket: 'no-such-bucket' }),
  'bucket-name-invalid': () => s3({ bucket: 'photos..2026' }),
  'list-denied': s3Says(403, 'AccessDenied'),
  'bucket-not-found-or-denied': googleSays(token, apiError(403, 'forbidden', canary.remote)),
  'api-disabled': googleSays(token, apiError(403, 'accessNotConfigured')),
  'billing-disabled': googleSays(token, apiError(403, 'accountDisabled')),
  'perimeter-denied': googleSays(token, apiError(403, 'vpcServiceControls')),
  'requester-pays': googleSays(token, apiError(400, 'userProjectMissing')),
  'encryption-key-denied': s3Says(403, 'AccessDenied', 'not authorized: kms:Decrypt'),
  'denied-by-organization': denialBy('a service control policy'),
  'denied-by-vpc-endpoint': denialBy('a VPC endpoint policy'),
  'denied-by-boundary': denialBy('a permissions boundary'),
  'denied-by-session-policy': denialBy('a session policy'),
  'denied-by-bucket-policy': denialBy('a resource-based policy'),
  'denied-by-identity-policy': denialBy('an identity-based policy'),
  'denied-by-policy': denialBy('something else'),
  'permission-missing': azureSays(403, 'AuthorizationPermissionMismatch'),
  'acceleration-off': () => {
    const { s3 } = service.target.demo ?? {};
    return demo({ endpoint: s3?.acceleratedEndpoint ?? '', bucket: s3?.dataset ?? '' });
  },
  'region-wrong': () => demo({ region: 'us-west-2' }),
  'region-unclear': s3Says(400, 'IllegalLocationConstraintException'),
  'region-required': s3Says(403, 'SignatureDoesNotMatch', 'The region must be specified.'),
  'region-unknown': s3Says(400, 'InvalidRegionName'),
  'region-of-another-endpoint': () => s3({ endpoint: 'https://s3.eu-central-1.wasabisys.com', region: 'us-west-1' }),

  'storage-busy': s3Says(503, 'SlowDown'),
  'storage-failed': s3Says(500, 'InternalError'),
  'request-refused': s3Says(400, 'SomethingNew'),
};

/** What the verify call cannot show within a test, and why. */
const elsewhere: Readonly<Partial<Record<DiagnosisCode, string>>> = {
  'host-not-found': 'needs a name server: names are not looked up beyond this machine in a test',
  'name-lookup-failed': 'as above',
  'account-host-not-found': 'as above, and connecting for three minutes',
  'host-unreachable': 'needs a network without a route',
  'account-being-created': 'connecting until the polling ends, twelve minutes later (core/job.test.ts)',
  'bucket-being-deleted': 'as above; polling-loop.test.ts sees it settle',
  'network-not-allowed': 'connecting for three minutes (core/job.test.ts)',
  'proxy-not-allowed': 'this API has no proxies',
  'proxy-unreachable': 'as above',
  'proxy-failed': 'as above',
  'proxy-credentials-wrong': 'as above',
  'project-unknown': 'this API lists no accounts',
  'bucket-list-denied': 'as above',
  'secret-missing': 'found by a check of a saved connection only (core/check-secret.test.ts)',
  'secret-unreadable': 'as above',
  'secret-key-wrong': 'said at a provider’s own host only: own-hosts.test.ts sees it',
  'role-session-refused': 'as below: this API takes no roles',
  'role-malformed': 'this API takes no roles',
  'role-not-assumable': 'as above',
  'role-open': 'as above; own-hosts.test.ts sees both of a function',
  interrupted: 'polling-loop.test.ts makes the loop die in every way there is',
};

describe('a caller is told, through the verify call', () => {
  test.each(Object.entries(scenes))('%s', async (name, scene) => {
    const code = diagnosisCodes.find((known) => known === name);
    if (code === undefined) throw new Error('This is no code of the catalogue.');
    const diagnosis = code === 'region-wrong' ? diagnose(code, { region: 'us-east-1' }) : diagnose(code);
    const body = scene();
    await vi.waitFor(
      async () => {
        const reply = await service.verify(body);
        expect([reply.status, reply.body]).toEqual([
          200,
          {
            success: true,
            connectionStatus: 'error',
            connectionError: wordDiagnosis(diagnosis),
            connectionStatusSince: expect.any(String),
          },
        ]);
      },
      { timeout: 25_000, interval: 50 },
    );
  });

  test('or there is a reason why not', () => {
    expect([...Object.keys(scenes), ...Object.keys(elsewhere)].sort()).toEqual([...diagnosisCodes].sort());
  });
});
