import { describe, expect, test } from 'vitest';
import { storageFor } from '../../functions/providers/open-storage.ts';
import { canary } from '../conformance/storage/harness.ts';
import { answering, type Conduct } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import { codeAndField, listAt } from './code-and-field.ts';
import { credential, outcome } from './s3/s3-bucket.ts';

const sendBytes =
  (bytes: string | Buffer): Conduct =>
  (connection) => {
    connection.once('data', () => connection.end(bytes));
  };

const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1' });
const at = (port: number) => `http://127.0.0.1:${port}`;

async function accountAt(port: number) {
  const account = { provider: 's3', endpoint: at(port) } as const;
  const opened = await storage.openAccount(account, credential, AbortSignal.timeout(5_000));
  return codeAndField(opened.ok ? await opened.value.listBuckets() : opened);
}

async function azureAt(port: number) {
  const key = Buffer.alloc(64, 7).toString('base64');
  const target = { provider: 'azure', endpoint: at(port), bucket: 'photos', prefix: '' } as const;
  const opened = await storage.open(target, { kind: 'account-key', account: 'acme', key }, AbortSignal.timeout(5_000));
  return codeAndField(opened.ok ? await opened.value.list() : opened);
}

describe('plain http to a port with TLS', () => {
  const head = (type: string) => `HTTP/1.1 400 Bad Request\r\nContent-Type: ${type}\r\nConnection: close\r\n\r\n`;

  test.each<[string, string]>([
    ['Go', `HTTP/1.0 400 Bad Request\r\n\r\nAn HTTP request was sent to an HTTPS server. ${canary}\n`],
    [
      'nginx',
      `${head('text/html')}<html><body><center>plain HTTP, sent to HTTPS port</center><hr>${canary}</body></html>`,
    ],
    [
      'Apache',
      `${head('text/html')}<html><head><title>400</title></head><body><p>Plain HTTP to an SSL-enabled port.<br /></p></body></html>`,
    ],
    ['Tomcat', `HTTP/1.1 400 \r\nConnection: close\r\n\r\nBad Request\r\nThis host and port require TLS.\r\n`],
  ])('is told by what %s answers', async (_, bytes) => {
    const server = await serverThat(sendBytes(bytes));
    expect(await listAt(server)).toEqual(['https-required', 'endpoint']);
    expect(await accountAt(server.port)).toEqual(['https-required', 'endpoint']);
    expect(await azureAt(server.port)).toEqual(['https-required', 'endpoint']);
  });

  test('is told by an alert of TLS, which is no HTTP', async () => {
    const server = await serverThat(sendBytes(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])));
    expect(await listAt(server)).toEqual(['https-required', 'endpoint']);
  });

  test('is told by a redirect to https at the same host, which is not followed', async () => {
    const answer = { status: 301, headers: { location: `https://127.0.0.1/${canary}` } };
    const server = await serverThat(answering(answer));
    expect(await listAt(server)).toEqual(['https-required', 'endpoint']);
    expect(await azureAt(server.port)).toEqual(['https-required', 'endpoint']);
    expect(server.requests).toHaveLength(2);
  });

  test.each(['https://other.test/', 'http://127.0.0.1/', '//127.0.0.1/', '/'])(
    'is not told by a redirect to %s',
    async (location) => {
      const server = await serverThat(answering({ status: 301, headers: { location } }));
      expect(await listAt(server)).toEqual(['redirected', 'endpoint']);
    },
  );

  test.each([
    ['a page that links to another', 400, 'Bad request, see https://example.com/help'],
    ['a page that is not there', 404, 'Use HTTPS.'],
  ])('is not told by %s', async (_, status, body) => {
    expect(await outcome(await serverThat(answering({ status, body })))).toBe('not-a-storage-api');
  });
});
