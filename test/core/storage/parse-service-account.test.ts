import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseServiceAccount } from '../../../functions/core/storage/parse-service-account.ts';
import { parseCredential } from '../../../functions/core/storage/parse-target.ts';

const file = {
  type: 'service_account',
  client_email: 'reader@project.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n',
};
const key = { kind: 'service-account-key', clientEmail: file.client_email, privateKey: file.private_key };

describe('the key file of a service account', () => {
  test('gives its e-mail address and private key, whatever else it says', () => {
    const hostile = {
      token_uri: 'https://evil.example/token',
      universe_domain: 'evil.example',
      quota_project_id: 'x',
      credential_source: { file: '/etc/passwd' },
    };
    expect(parseServiceAccount(JSON.stringify({ ...file, ...hostile }, null, 2))).toEqual(key);
  });

  const text = JSON.stringify(file);
  test.each([
    ['a byte order mark before it', `\ufeff${text}`],
    ['base64', Buffer.from(text).toString('base64')],
    [
      'base64 in lines',
      (
        Buffer.from(text)
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join('\n'),
    ],
    ['base64 of a byte order mark and it', Buffer.from(`\ufeff${text}`).toString('base64')],
    ['a JSON string', JSON.stringify(text)],
    ['a JSON string without its quotes', JSON.stringify(text).slice(1, -1)],
    [
      'escaped line breaks in the key',
      JSON.stringify({ ...file, private_key: file.private_key.replaceAll('\n', '\\n') }),
    ],
  ])('is read through %s', (_, sent) => {
    expect(parseServiceAccount(sent)).toEqual(key);
  });

  test.each([
    ['-----BEGIN PRIVATE KEY-----\ncanary', 'only its private key'],
    ['/home/me/key.json', 'path of a file'],
    ['~/keys/canary.json', 'path of a file'],
    ['C:\\keys\\canary.json', 'path of a file'],
    ['key-canary.json', 'path of a file'],
  ])('is told from %j', (sent, what) => {
    const parsed = parseServiceAccount(sent);
    expect(parsed).toEqual({ wrong: expect.stringContaining(what) });
    expect(JSON.stringify(parsed)).not.toContain('canary');
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{}',
    JSON.stringify({ ...file, type: 'external_account' }),
    JSON.stringify({ ...file, type: 'authorized_user' }),
    JSON.stringify({ ...file, client_email: 'a b' }),
    JSON.stringify({ ...file, client_email: 'a@b\r\nX: y' }),
    JSON.stringify({ ...file, client_email: 5 }),
    JSON.stringify({ ...file, private_key: 'canary' }),
    JSON.stringify({ ...file, private_key: undefined }),
    JSON.stringify({ ...file, padding: 'x'.repeat(20_000) }),
  ])('is refused when it is not one, without repeating it: %#', (text) => {
    const parsed = parseServiceAccount(text);
    expect(parsed).toEqual({ wrong: expect.stringMatching(/^must /) });
    expect(JSON.stringify(parsed)).not.toContain('canary');
  });

  test('never breaks the parser, and only ever gives its two parts', () => {
    const value = fc.oneof(fc.string(), fc.constant(file.client_email), fc.constant(file.private_key));
    const members = fc
      .record({ type: fc.constantFrom('service_account', 'external_account'), client_email: value, private_key: value })
      .map((one) => JSON.stringify(one));
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), members), (text) => {
        const parsed = parseServiceAccount(text);
        expect(Object.keys(parsed)).toEqual('wrong' in parsed ? ['wrong'] : ['kind', 'clientEmail', 'privateKey']);
      }),
    );
  });
});

describe('a private key alone', () => {
  test('is enough beside the e-mail address of its account', () => {
    const escaped = file.private_key.replaceAll('\n', '\\n');
    for (const secretKey of [file.private_key, escaped])
      expect(parseCredential('gcs', { accessKey: file.client_email, secretKey })).toMatchObject({
        value: { kind: 'service-account-key' },
      });
  });

  test('of a service account is never taken for an HMAC secret', () => {
    expect(parseCredential('gcs', { accessKey: file.client_email, secretKey: 'not-a-key-file' })).toMatchObject({
      faults: [{ field: 'secretKey', message: expect.stringContaining('key file') }],
    });
  });
});

describe('a Google credential', () => {
  const parse = (accessKey: string, secretKey: string) => parseCredential('gcs', { accessKey, secretKey });

  test('is a service account where the secret is its key file, in its own name', () => {
    expect(parse(file.client_email, JSON.stringify(file))).toEqual({ ok: true, value: key });
    expect(parse('other@project.iam.gserviceaccount.com', JSON.stringify(file))).toMatchObject({
      faults: [{ field: 'accessKey' }],
    });
    expect(parse(file.client_email, '{"type":"external_account"}')).toMatchObject({ faults: [{ field: 'secretKey' }] });
  });

  test('is an HMAC key otherwise', () => {
    expect(parse('GOOG1E', 'word')).toEqual({
      ok: true,
      value: { kind: 'access-key-pair', accessKey: 'GOOG1E', secretKey: 'word' },
    });
  });
});
