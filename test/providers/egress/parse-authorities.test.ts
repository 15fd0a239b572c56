import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRules } from '../../../functions/providers/egress/parse-rules.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { get, greeting, wayBy } from './way.ts';

const identity = newCertificate(['127.0.0.1']);
const other = newCertificate(['other.test']);
const read = (text: string | undefined) => parseRules({ EGRESS_CA: text }).authorities;

describe('the authorities of a deployment', () => {
  test('none, by default', () => {
    for (const text of [undefined, '', ' \n ']) expect(read(text)).toEqual([]);
  });

  test('one, or several with whatever bundles have between them, in any way that lines end', () => {
    expect(read(identity.cert)).toEqual([identity.cert.trim()]);
    const bundle = `# Acme\nAcme Root: 01\n${other.cert}\n\n${identity.cert}`;
    const both = [other.cert.trim(), identity.cert.trim()];
    for (const text of [bundle, bundle.replaceAll('\n', '\r\n'), bundle.replaceAll('\n', '\\n')]) {
      expect(read(text)).toEqual(both);
    }
  });

  test.each([
    ['a path', '/etc/ssl/ca.pem', 'there is no certificate in PEM in it'],
    ['a certificate without an end', identity.cert.replace(/-----END.*/s, ''), 'a certificate has no end'],
    ['one of two without an end', identity.cert.replace(/-----END.*/, '') + other.cert, 'a certificate has no end'],
    ['a private key', identity.cert + identity.key, 'block 2 is not a certificate'],
    [
      'text of a certificate that is none',
      identity.cert.replace(/\n[A-Za-z0-9+/]{20}/, '\n'),
      'certificate 1 cannot be read',
    ],
    ['an empty block', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----', 'certificate 1 cannot be read'],
  ])('%s is refused by the name of the variable, and not repeated', (_, text, why) => {
    expect(() => read(text)).toThrow(`EGRESS_CA: ${why}.`);
  });

  test('whatever it is, it is read or refused by the name of the variable', () => {
    const piece = fc.constantFrom(
      identity.cert,
      identity.key,
      '-----BEGIN CERTIFICATE-----',
      '-----END CERTIFICATE-----',
      '\n',
      '\\n',
      'abc',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        try {
          for (const authority of read(pieces.join(''))) expect(authority).toBe(identity.cert.trim());
        } catch (error) {
          expect(`${error}`).toMatch(/^Error: EGRESS_CA: [a-z 0-9]+\.$|^Error: EGRESS_CA: .* PEM in it\.$/);
        }
      }),
    );
  });

  test('are trusted, for a storage and for a proxy, and nobody else besides those of Node', async () => {
    const server = await serverThat(greeting, identity);
    const url = `https://127.0.0.1:${server.port}/`;
    const by = (pem: string) => wayBy({ EGRESS_ALLOW: '127.0.0.1', EGRESS_CA: pem });
    for (const pem of [identity.cert, identity.cert + other.cert])
      await expect(get(by(pem), url)).resolves.toBe('hello');
    const untrusted = { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
    for (const pem of ['', other.cert]) await expect(get(by(pem), url)).rejects.toMatchObject(untrusted);
  });
});
