import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { auditEntry, pushOf, resourceEvent, resourceId, validation } from '../../dialects/storage-webhooks/sent.ts';
import { type Fields, type Issuer, startIssuer } from '../../issuer.ts';
import { tokensOf } from '../access/access-tokens.ts';
import { type Service, startService } from '../service.ts';

/** Azure and Google tell of changes at a storage, with tokens of their issuers, and connections to it are looked at. */

const tenant = '8f1a2b3c-0000-4000-8000-1234567890ab';
const azureAudience = 'api://storage-connections';
const googleAudience = 'https://storage.example.com/notices/google-pubsub';
const email = 'pusher@project.iam.gserviceaccount.com';
const hosts = ['sts.windows.net', 'login.microsoftonline.com', 'accounts.google.com'];
const [v1, v2] = [`https://sts.windows.net/${tenant}/`, `https://login.microsoftonline.com/${tenant}/v2.0`];
const google = 'https://accounts.google.com';
const eventGrid = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

let issuer: Issuer;
let service: Service;
let tokens: ReturnType<typeof tokensOf>;
beforeAll(async () => {
  const tls = newCertificate(hosts);
  issuer = await startIssuer(tls, [v1, v2, google]);
  tokens = tokensOf(issuer);
  const { host } = new URL(issuer.url);
  service = await startService({
    waits: (seconds) => seconds * 10,
    parameters: {
      EgressAllow: host,
      EgressCa: tls.cert,
      ConnectTo: hosts.map((name) => `${name}:443:${host}`).join(','),
      AzureEventTenants: tenant,
      AzureEventAudience: azureAudience,
      GoogleEventAudience: googleAudience,
      GoogleEventSenders: email,
    },
  });
});
afterAll(async () => {
  await service.expectNoLeak();
  await tokens.expectNoToken(service);
  await Promise.all([service.stop(), issuer.stop()]);
});

const ofAzure = (claims: Fields = {}) =>
  tokens.remembered(issuer.sign({ iss: v1, aud: azureAudience, appid: eventGrid, ...claims }));
const ofGoogle = (claims: Fields = {}) =>
  tokens.remembered(issuer.sign({ iss: google, aud: googleAudience, email, email_verified: true, ...claims }));
const tell = (whom: 'azure-event-grid' | 'google-pubsub', body: unknown, token?: string) =>
  service.send('POST', `/notices/${whom}`, {
    body,
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });

function demo() {
  const { demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}

/** Adds a connection. @returns the text of its row */
async function added(body: Readonly<Record<string, unknown>>) {
  const path = `/v1/api/organizations/${service.target.seeded.organizationId}/buckets`;
  const answer = await service.send('POST', path, { body, headers: { 'x-api-key': service.target.seeded.key } });
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
  const { id } = z.object({ id: z.int() }).parse(answer.body);
  return async () => {
    const rows = (await service.target.wire.observe.rows()).map((row) => JSON.stringify(row));
    return rows.find((row) => row.includes('"check":') && row.includes(`"id":{"N":"${id}"}`)) ?? '';
  };
}
/** Waits until a connection is about to be looked at because of an event. */
const noticed = (row: () => Promise<string>, event: string) =>
  vi.waitFor(async () => expect(await row()).toContain(`"event":{"S":"${event}"}`), { timeout: 10_000, interval: 50 });

describe('Azure Event Grid', () => {
  test('begins a subscription, with a token of either version', async () => {
    const code = '512d38b6-c7b8-40c8-89fe-f46f9e9622b6';
    for (const token of [ofAzure(), ofAzure({ iss: v2, appid: undefined, azp: eventGrid })]) {
      expect(await tell('azure-event-grid', [validation(code)], token)).toMatchObject({
        status: 200,
        body: { validationResponse: code },
      });
    }
  });

  test('tells of a key that was made anew, and the connections to the account are looked at', async () => {
    const { azure, keys } = demo();
    const { account } = keys.azure;
    const row = await added({
      storageProvider: 'azure',
      accessKey: account,
      secretKey: keys.azure.key,
      bucket: azure.container,
      endpoint: azure.ownEndpoint,
      region: '',
    });
    const event = resourceEvent('ResourceActionSuccess', resourceId(account), 'regenerateKey/action');
    expect(await tell('azure-event-grid', [event], ofAzure())).toMatchObject({ status: 204, body: '' });
    await noticed(row, 'access-key');
  });
});

test('Google tells of another policy of a bucket, and the connections to it are looked at', async () => {
  const { gcs } = demo();
  const row = await added({
    storageProvider: 'google',
    endpoint: gcs.ownEndpoint,
    bucket: gcs.bucket,
    region: '',
    accessKey: demo().keys.gcs.clientEmail,
    secretKey: gcs.keyFile,
  });
  const push = pushOf(auditEntry('storage.setIamPermissions', gcs.bucket));
  expect(await tell('google-pubsub', push, ofGoogle())).toMatchObject({ status: 204, body: '' });
  await noticed(row, 'bucket-policy');
});

test('whoever may not send is told the same, whatever it is', async () => {
  const refused = { status: 401, body: { error: expect.stringMatching(/^No valid token\./) } };
  const code = 'secret-of-the-handshake';
  const strangers = [
    undefined,
    service.target.seeded.key,
    ofGoogle(),
    ofAzure({ aud: googleAudience }),
    ofAzure({ appid: 'another' }),
    ofAzure({ iss: v2 }),
    ofAzure({ exp: 1 }),
  ];
  for (const token of strangers)
    expect(await tell('azure-event-grid', [validation(code)], token)).toMatchObject(refused);
  for (const token of [undefined, ofAzure(), ofGoogle({ email: `x${email}` }), ofGoogle({ email_verified: false })]) {
    expect(await tell('google-pubsub', '{', token)).toMatchObject(refused);
  }
});
