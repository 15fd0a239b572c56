import { sign } from 'node:crypto';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { newServiceAccount, publicKeyOf } from '../../../../../infra/local/demo/demo-keys.ts';
import { openGcs } from '../../../../../infra/local/storage/gcs/gcs-emulator.ts';
import { listenOnLoopback } from '../../../../../infra/local/storage/loopback-server.ts';

const account = newServiceAccount();

/** The assertion that is exchanged for a token (RFC 7523). */
function assertion(): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: account.clientEmail,
    scope: 'https://www.googleapis.com/auth/devstorage.read_only',
    aud: 'https://oauth2.googleapis.com/token',
    iat: now,
    exp: now + 600,
  };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), account.privateKey).toString('base64url')}`;
}

test('rights of a service account change at once, for a token that it has', async () => {
  const rights = [{ bucket: 'photos', actions: ['list'] as const }];
  const gcs = await openGcs({
    accounts: [{ email: account.clientEmail, publicKeys: [publicKeyOf(account)], rights }],
    buckets: [{ name: 'photos', project: 'p', location: 'EU' }],
  });
  const server = await listenOnLoopback(gcs.listener, 0, undefined);
  const ask = (method: string, host: string, path: string, headers: Readonly<Record<string, string>>, body = '') =>
    new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
      const sent = request({ port: server.port, host: '127.0.0.1', method, path, headers: { ...headers, host } });
      sent.on('error', reject).on('response', async (answer) => {
        const text = (await answer.toArray()).join('');
        resolve({ status: answer.statusCode ?? 0, body: text });
      });
      sent.end(body);
    });
  try {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(),
    });
    const issued = await ask('POST', 'oauth2.googleapis.com', '/token', {}, form.toString());
    const authorization = `Bearer ${/"access_token":\s*"([^"]+)"/.exec(issued.body)?.[1]}`;
    const listed = async () =>
      (await ask('GET', 'storage.googleapis.com', '/storage/v1/b/photos/o', { authorization })).status;
    expect(await listed()).toBe(200);
    gcs.setRights(account.clientEmail, []);
    expect(await listed()).toBe(403);
    gcs.setRights(account.clientEmail, rights);
    expect(await listed()).toBe(200);
    expect(() => gcs.setRights('nobody@example.com', [])).toThrow('no such service account');
  } finally {
    await server.stop();
  }
});
