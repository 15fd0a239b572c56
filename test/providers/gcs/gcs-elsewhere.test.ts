import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { answering } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { credential, emptyListing, environmentOf, googleThat, identity, outcome, token } from './gcs-scene.ts';

test('neither the environment nor a file nor a metadata server has a say', async () => {
  const elsewhere = await serverThat(answering(token));
  const servers = await googleThat(token, emptyListing);
  const url = `http://127.0.0.1:${elsewhere.port}`;
  const directory = await mkdtemp(join(tmpdir(), 'gcs-environment-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const planted = join(directory, 'credentials.json');
  await writeFile(
    planted,
    JSON.stringify({
      type: 'external_account',
      audience: 'x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/token`,
      credential_source: { url: `${url}/subject` },
      quota_project_id: 'planted',
    }),
  );
  const variables = {
    GOOGLE_APPLICATION_CREDENTIALS: planted,
    GOOGLE_CLOUD_PROJECT: 'planted',
    GCLOUD_PROJECT: 'planted',
    GOOGLE_CLOUD_QUOTA_PROJECT: 'planted',
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: `127.0.0.1:${elsewhere.port}`,
    STORAGE_EMULATOR_HOST: url,
    GCE_METADATA_HOST: `127.0.0.1:${elsewhere.port}`,
    GCE_METADATA_IP: `127.0.0.1:${elsewhere.port}`,
    METADATA_SERVER_DETECTION: 'assume-present',
    CLOUDSDK_CONFIG: directory,
    GOOGLE_SDK_NODE_LOGGING: '*',
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    http_proxy: url,
    https_proxy: url,
    NODE_USE_ENV_PROXY: '1',
  };
  const registry = new URL('../../../functions/providers/open-storage.ts', import.meta.url).href;
  const script = `
    const { storageFor } = await import(${JSON.stringify(registry)});
    const storage = storageFor(${JSON.stringify(environmentOf(servers))}, { ca: [${JSON.stringify(identity.cert)}] });
    const credential = ${JSON.stringify(credential)};
    const endpoint = 'https://storage.googleapis.com';
    const target = { provider: 'gcs', endpoint, bucket: 'photos', prefix: '' };
    const opened = await storage.open(target, credential, AbortSignal.timeout(10000));
    const listed = opened.ok && await opened.value.list();
    const signed = opened.ok && await opened.value.signPut('x', 60);
    console.log(JSON.stringify({ listed, signed }));`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', script],
    { env: { ...process.env, ...variables } },
  );
  expect(JSON.parse(stdout)).toMatchObject({ listed: { ok: true, value: { objects: [] } } });
  // Logged by the library where the environment asks for it: what it sends and is answered.
  expect(stderr).toBe('');
  expect(elsewhere.reached()).toBe(0);
  expect([servers.tokens.requests.length, servers.api.requests.length]).toEqual([1, 1]);
  for (const text of [stdout, ...servers.tokens.requests, ...servers.api.requests])
    expect(text).not.toContain('planted');
});

test('what a key file says besides is not there to be used', async () => {
  const elsewhere = await serverThat(answering(token));
  const servers = await googleThat(token, emptyListing);
  const url = `http://127.0.0.1:${elsewhere.port}`;
  const hostile = {
    ...credential,
    type: 'external_account',
    token_uri: `${url}/token`,
    token_url: `${url}/token`,
    credential_source: { url },
    universe_domain: `127.0.0.1:${elsewhere.port}`,
    quota_project_id: 'planted',
    keyFile: '/etc/passwd',
  };
  expect(await outcome(servers, {}, hostile)).toBe('connected');
  expect(elsewhere.reached()).toBe(0);
  expect(servers.api.requests.join()).not.toContain('planted');
});

test('an address that is not allowed is not reached, for the token as for the storage', async () => {
  const servers = await googleThat(token, emptyListing);
  const { tokens, api } = servers;
  expect(await outcome(servers)).toBe('connected');
  const { storageFor } = await import('../../../functions/providers/open-storage.ts');
  for (const [allowed, shut] of [
    [api, tokens],
    [tokens, api],
  ] as const) {
    const before = shut.reached();
    const environment = { ...environmentOf(servers), EGRESS_ALLOW: `127.0.0.1:${allowed.port}` };
    const target = {
      provider: 'gcs',
      endpoint: 'https://storage.googleapis.com',
      bucket: 'photos',
      prefix: '',
    } as const;
    const storage = storageFor(environment, { ca: [identity.cert] });
    const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
    expect(opened.ok && (await opened.value.list())).toMatchObject({ diagnosis: { code: 'address-not-allowed' } });
    expect(shut.reached()).toBe(before);
  }
});
