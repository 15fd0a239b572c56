import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseServiceAccount } from '../../functions/core/storage/parse-service-account.ts';
import { attacked, serviceAccount, storageIn } from './attacked.ts';
import { afterToken, type Front, identity, startFront } from './front.ts';
import { startTarget, type Target } from './target.ts';
import { world } from './world.ts';

let target: Target;
let front: Front;
beforeAll(async () => {
  [target, front] = await Promise.all([startTarget(), startFront()]);
});
afterAll(() => Promise.all([target.stop(), front.stop()]));

const honest = {
  type: 'service_account',
  project_id: 'project',
  private_key_id: 'id',
  private_key: serviceAccount.privateKey,
  client_email: serviceAccount.clientEmail,
  client_id: '1',
  token_uri: 'https://oauth2.googleapis.com/token',
  universe_domain: 'googleapis.com',
};
const evil = 'https://evil.test/token';
const external = {
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: evil,
  service_account_impersonation_url: evil,
};

/** Members that make Google's libraries ask elsewhere, or read a file, beside an honest key. */
const misleading: Readonly<Record<string, object>> = {
  token_uri: { token_uri: evil },
  'token_uri of the metadata server': { token_uri: 'http://169.254.169.254/computeMetadata/v1/token' },
  auth_uri: { auth_uri: evil, auth_provider_x509_cert_url: evil, client_x509_cert_url: evil },
  universe_domain: { universe_domain: 'evil.test' },
  project_id: { project_id: '../../evil', quota_project_id: 'evil' },
  endpoints: { api_endpoint: evil, apiEndpoint: evil, token_url: evil, token_info_url: evil },
  'credential_source of a URL': { ...external, credential_source: { url: evil } },
  'credential_source of a file': { ...external, credential_source: { file: '/proc/self/environ' } },
  'credential_source of a program': { ...external, credential_source: { executable: { command: '/bin/sh' } } },
  source_credentials: { source_credentials: { type: 'authorized_user', refresh_token: 'x' }, delegates: [] },
  prototype: JSON.parse('{"__proto__":{"token_uri":"https://evil.test/token","type":"external_account"}}'),
};

const drivers = attacked.filter(({ name }) => name.startsWith('GCS by service account'));

/** A world in which Google is the front, and everything else the target. */
const google = (hosts: readonly string[]) =>
  world(
    (host) => [hosts.includes(host) ? '1.1.1.1' : '2.2.2.2'],
    (address) => (address === '1.1.1.1' ? front.port : target.port),
  );

describe.each(drivers)('$name', ({ ask, hosts }) => {
  test.each(Object.entries(misleading))('%s is not looked at', async (_, members) => {
    front.answer = afterToken({ status: 401 });
    const key = parseServiceAccount(JSON.stringify({ ...honest, ...members }));
    expect(key).toEqual(serviceAccount);
    if ('wrong' in key) return;
    const there = google(hosts);
    const before = [target.connections(), target.bytes()];
    const asked = front.requests.length;
    await ask(storageIn({}, { ...there, ca: [identity.cert] }), {}, key);
    expect(new Set(there.lookedUp)).toEqual(new Set(hosts));
    expect(there.reached).not.toContain('2.2.2.2');
    expect([target.connections(), target.bytes()]).toEqual(before);
    const sent = front.requests.slice(asked);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.join()).not.toContain('evil');
  });

  test('where they would lead can be reached', async () => {
    const before = target.bytes();
    const there = google([]);
    await ask(storageIn({}, there));
    expect(target.bytes()).toBeGreaterThan(before);
  });

  test.each([
    'https://evil.test',
    'https://storage.googleapis.com.evil.test',
    'https://storage.googleapis.com:8443',
    'http://storage.googleapis.com',
    'https://storage.googleapis.com@evil.test',
    'https://evil.test/storage.googleapis.com',
    'https://storage.evil.googleapis.com',
  ])('a token is not sent to %s', async (endpoint) => {
    const there = google(hosts);
    expect(await ask(storageIn({ EGRESS_ALLOW: '2.2.2.2' }, there), { endpoint })).toBe('endpoint-not-google');
    expect(there.lookedUp).toEqual([]);
  });
});

describe('a file of another kind', () => {
  test.each([
    'external_account',
    'external_account_authorized_user',
    'authorized_user',
    'impersonated_service_account',
    'gdch_service_account',
    'Service_Account',
    ['service_account'],
    undefined,
  ])('%s is no key, whatever else is in it', (type) => {
    const file = JSON.stringify({ ...honest, ...external, type, credential_source: { url: evil } });
    const key = parseServiceAccount(file);
    expect(key).toEqual({ wrong: expect.any(String) });
    expect(JSON.stringify(key)).not.toMatch(/evil|PRIVATE/);
  });

  test.each(['a@evil.test/token', 'a@evil.test\r\nHost: b', 'evil', 'a b@c', ''])(
    'client_email "%s" is none',
    (email) => {
      expect(parseServiceAccount(JSON.stringify({ ...honest, client_email: email }))).toHaveProperty('wrong');
    },
  );
});
