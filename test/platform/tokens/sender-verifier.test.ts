import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SenderService } from '../../../functions/core/access/webhook-sender.ts';
import { type SenderSettings, senderVerifier } from '../../../functions/platform/tokens/sender-verifier.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { encoded, type Fields, type Issuer, type SignOptions, startIssuer } from '../../issuer.ts';
import { behavingAgain, json, logged, ownClock, requestsTo } from './token-scene.ts';

const tenant = '8f1a2b3c-0000-4000-8000-1234567890ab';
const elsewhere = '8f1a2b3c-0000-4000-8000-1234567890ac';
const v1 = (of: string) => `https://sts.windows.net/${of}/`;
const v2 = (of: string) => `https://login.microsoftonline.com/${of}/v2.0`;
const google = 'https://accounts.google.com';
const eventGrid = '4962773b-9cdb-44cf-a8bf-237846a00ab7';
const email = 'pusher@project.iam.gserviceaccount.com';

/** All three, under the names of all tenants: as in the world, whose tokens these are is said by the names alone. */
let issuer: Issuer;
let stranger: Issuer;
let egress: SenderSettings['egress'];
beforeAll(async () => {
  const hosts = ['sts.windows.net', 'login.microsoftonline.com', 'accounts.google.com'];
  const tls = newCertificate(hosts);
  const names = [...[tenant, elsewhere].flatMap((of) => [v1(of), v2(of)]), google];
  [issuer, stranger] = await Promise.all([startIssuer(tls, names), startIssuer()]);
  const to = `127.0.0.1:${new URL(issuer.url).port}`;
  egress = { EGRESS_ALLOW: to, EGRESS_CA: tls.cert, CONNECT_TO: hosts.map((host) => `${host}:443:${to}`).join(',') };
});
afterAll(() => Promise.all([issuer.stop(), stranger.stop()]));

const verifier = (more: Partial<SenderSettings> = {}) =>
  senderVerifier({
    azureTenants: `${tenant.toUpperCase()}, 00000000-0000-4000-8000-000000000000`,
    azureAudience: 'api://elsewhere, api://storage',
    googleAudience: 'https://storage.example.com/notices',
    googleSenders: `other@project.iam.gserviceaccount.com, ${email}`,
    egress,
    ...more,
  });

type Claims = readonly [Fields, SignOptions?];
const tokens = {
  'azure-event-grid': (...[claims, how]: Claims) =>
    issuer.sign({ iss: v1(tenant), aud: 'api://storage', appid: eventGrid, ...claims }, how),
  'google-pubsub': (...[claims, how]: Claims) =>
    issuer.sign(
      { iss: google, aud: 'https://storage.example.com/notices', email, email_verified: true, ...claims },
      how,
    ),
} as const satisfies Record<SenderService, (...of: Claims) => string>;
const seconds = () => Math.floor(Date.now() / 1000);

describe('a token', () => {
  it.each([
    ['of version 1.0', {}],
    ['of version 2.0', { iss: v2(tenant), appid: undefined, azp: eventGrid }],
    ['for several audiences', { aud: ['another', 'api://elsewhere'] }],
  ])('%s of Event Grid says whose it is', async (_, claims) => {
    const sender = { service: 'azure-event-grid', name: tenant };
    await expect(verifier()('azure-event-grid', tokens['azure-event-grid'](claims))).resolves.toEqual(sender);
  });

  it('of Pub/Sub says which account pushes', async () => {
    const sender = { service: 'google-pubsub', name: email };
    await expect(verifier()('google-pubsub', tokens['google-pubsub']({}))).resolves.toEqual(sender);
  });
});

const hmac = (claims: Fields) => {
  const signed = [{ alg: 'HS256', typ: 'JWT', kid: 'rsa-1' }, claims].map(encoded).join('.');
  return `${signed}.${createHmac('sha256', JSON.stringify(issuer.keys()[0])).update(signed).digest('base64url')}`;
};
/** What is wrong whichever service it is. */
const common: Readonly<Record<string, (service: SenderService) => string>> = {
  'that is no token': () => 'ei_0123456789abcdef_secret',
  'of another issuer': (service) => tokens[service]({ iss: issuer.url }),
  'of an issuer with a slash more or less': (service) =>
    tokens[service]({ iss: service === 'google-pubsub' ? `${google}/` : v1(tenant).slice(0, -1) }),
  'signed by another, in the name of the right one': (service) =>
    stranger.sign(JSON.parse(Buffer.from(tokens[service]({}).split('.')[1] ?? '', 'base64url').toString())),
  'for another audience': (service) => tokens[service]({ aud: 'api://storage.example.com' }),
  'for no audience': (service) => tokens[service]({ aud: undefined }),
  'whose audience is told as a client': (service) =>
    tokens[service]({
      aud: undefined,
      client_id: service === 'google-pubsub' ? 'https://storage.example.com/notices' : 'api://storage',
    }),
  'that has expired': (service) => tokens[service]({ exp: seconds() - 60 }),
  'that never expires': (service) => tokens[service]({ exp: undefined }),
  'that does not hold yet': (service) => tokens[service]({ nbf: seconds() + 60 }),
  'without an algorithm': (service) => tokens[service]({}, { header: { alg: 'none' } }).replace(/[^.]*$/, ''),
  'with another algorithm than theirs': (service) => tokens[service]({}, { algorithm: 'ES256' }),
  'with an HMAC by the public key': (service) =>
    hmac(JSON.parse(Buffer.from(tokens[service]({}).split('.')[1] ?? '', 'base64url').toString())),
  'whose key is not the issuer’s': (service) => tokens[service]({}, { header: { kid: 'rsa-0' } }),
  'that is longer than tokens are': (service) => tokens[service]({ fill: 'x'.repeat(8_000) }),
};
const refused: Readonly<Record<SenderService, Readonly<Record<string, () => string>>>> = {
  'azure-event-grid': {
    'of another tenant': () => tokens['azure-event-grid']({ iss: v1(elsewhere) }),
    'of any tenant': () => tokens['azure-event-grid']({ iss: v1('common') }),
    'of another application': () => tokens['azure-event-grid']({ appid: eventGrid.replace('4', '5') }),
    'of no application': () => tokens['azure-event-grid']({ appid: undefined }),
    'of version 1.0 that names its client as 2.0 does': () =>
      tokens['azure-event-grid']({ appid: undefined, azp: eventGrid }),
    'of version 2.0 that names its client as 1.0 does': () => tokens['azure-event-grid']({ iss: v2(tenant) }),
    'of Pub/Sub': () => tokens['google-pubsub']({}),
    'of Pub/Sub’s issuer with all that Event Grid’s has': () => tokens['azure-event-grid']({ iss: google }),
  },
  'google-pubsub': {
    'of another account': () => tokens['google-pubsub']({ email: `x${email}` }),
    'of no account': () => tokens['google-pubsub']({ email: undefined }),
    'of several accounts': () => tokens['google-pubsub']({ email: [email] }),
    'of an account that was not verified': () => tokens['google-pubsub']({ email_verified: false }),
    'of an account that is said to be verified by a text': () => tokens['google-pubsub']({ email_verified: 'true' }),
    'of Event Grid': () => tokens['azure-event-grid']({}),
    'of Event Grid’s issuer with all that Pub/Sub’s has': () => tokens['google-pubsub']({ iss: v1(tenant) }),
  },
};

describe.each(['azure-event-grid', 'google-pubsub'] as const)('for %s, a token is refused', (service) => {
  const cases = {
    ...Object.fromEntries(Object.entries(common).map(([name, of]) => [name, () => of(service)])),
    ...refused[service],
  };

  it.each(Object.keys(cases))('%s', async (name) => {
    const verify = verifier();
    await expect(verify(service, cases[name]?.() ?? '')).resolves.toBeUndefined();
    // It was the token: another one is taken.
    await expect(verify(service, tokens[service]({}))).resolves.toBeDefined();
  });
});

describe('settings', () => {
  it.each([
    ['azure-event-grid', { azureAudience: ' , ' }],
    ['azure-event-grid', { azureTenants: '' }],
    ['azure-event-grid', { azureTenants: `${tenant},common` }],
    ['google-pubsub', { googleAudience: '' }],
    ['google-pubsub', { googleSenders: ',' }],
  ] as const)('of %s that are %j take nobody, and the log says so', async (service, wrong) => {
    const log = logged();
    const asked = requestsTo(issuer);
    const verify = verifier(wrong);
    await expect(verify(service, tokens[service]({}))).resolves.toBeUndefined();
    await expect(verify(service, tokens[service]({ aud: '' }))).resolves.toBeUndefined();
    expect(log).toEqual([[{ event: 'sender-issuer', of: service, code: 'token-settings-wrong' }]]);
    expect(asked()).toEqual({ configuration: 0, keys: 0 });
  });
});

describe('an issuer', () => {
  it('is asked once, and by whoever claims to be of another never', async () => {
    const verify = verifier();
    const asked = requestsTo(issuer);
    await verify('azure-event-grid', tokens['azure-event-grid']({ iss: v1(elsewhere) }));
    await verify('azure-event-grid', tokens['azure-event-grid']({ exp: undefined }));
    expect(asked()).toEqual({ configuration: 0, keys: 0 });
    for (let time = 0; time < 3; time++) await verify('azure-event-grid', tokens['azure-event-grid']({}));
    expect(asked()).toEqual({ configuration: 1, keys: 1 });
  });

  it('that is away leaves it open whether a token is good, until it is back', async () => {
    behavingAgain(issuer);
    const turn = ownClock();
    const log = logged();
    issuer.answer('keys', json('', 503));
    const verify = verifier();
    const send = () => verify('google-pubsub', tokens['google-pubsub']({}));
    await expect(send()).rejects.toThrow();
    // Nor is it asked at once again.
    const asked = requestsTo(issuer);
    await expect(send()).rejects.toThrow();
    expect(asked().keys).toBe(0);
    await expect(verify('google-pubsub', tokens['google-pubsub']({ exp: undefined }))).resolves.toBeUndefined();
    issuer.answer('keys', undefined);
    turn(11_000);
    await expect(send()).resolves.toBeDefined();
    // Back, it says which keys are not its own, and is not asked of another one at once.
    for (const kid of ['rsa-0', 'rsa-00']) {
      const token = tokens['google-pubsub']({}, { header: { kid } });
      await expect(verify('google-pubsub', token)).resolves.toBeUndefined();
    }
    expect(log).toEqual([[{ event: 'sender-issuer', of: 'google-pubsub', code: 'issuer-unreadable' }]]);
  });

  it.each([
    ['EGRESS_CA', 'certificate-untrusted'],
    ['EGRESS_ALLOW', 'address-not-allowed'],
  ])('is reached through the egress and its rules only: without %s, %s', async (without, network) => {
    const log = logged();
    const asked = requestsTo(issuer);
    const verify = verifier({ egress: { ...egress, [without]: '' } });
    await expect(verify('azure-event-grid', tokens['azure-event-grid']({}))).rejects.toThrow();
    expect(asked()).toEqual({ configuration: 0, keys: 0 });
    const trouble = { code: 'issuer-unreachable', network };
    expect(log).toEqual([[{ event: 'sender-issuer', of: 'azure-event-grid', ...trouble }]]);
  });
});

describe('the port', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });

  it('takes nobody where nobody is named, and needs nothing for that', async () => {
    const { verifySender } = await import('../../../functions/platform/tokens/verify-sender.ts');
    vi.stubEnv('AZURE_EVENT_TENANTS', ' ');
    vi.stubEnv('GOOGLE_EVENT_SENDERS', '');
    await expect(verifySender('azure-event-grid', tokens['azure-event-grid']({}))).resolves.toBeUndefined();
    await expect(verifySender('google-pubsub', tokens['google-pubsub']({}))).resolves.toBeUndefined();
  });

  it('reads the variables of the deployment', async () => {
    const { verifySender } = await import('../../../functions/platform/tokens/verify-sender.ts');
    const variables = {
      AZURE_EVENT_TENANTS: tenant,
      AZURE_EVENT_AUDIENCE: 'api://storage',
      GOOGLE_EVENT_AUDIENCE: '',
      GOOGLE_EVENT_SENDERS: '',
      ...{ EGRESS_PORTS: '', ...egress },
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await expect(verifySender('azure-event-grid', tokens['azure-event-grid']({}))).resolves.toBeDefined();
    await expect(verifySender('google-pubsub', tokens['google-pubsub']({}))).resolves.toBeUndefined();
  });
});
