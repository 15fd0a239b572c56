import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRules } from '../../../functions/providers/egress/parse-rules.ts';
import { mappedPlace, permits, permitsAsking, permitsMapped } from '../../../functions/providers/egress/policy.ts';
import { addressOf, boundsOf, formsOf, metadataAddresses, ranges } from '../../attacks/ranges.ts';

const closed = parseRules({});
const at = (address: string, more: { host?: string; port?: number; tls?: boolean } = {}) => ({
  host: more.host ?? address,
  address,
  port: more.port ?? 443,
  tls: more.tls ?? true,
});

describe('without an entry', () => {
  test.each(ranges)('no address of %s passes, in no form (%s)', (_, network) => {
    const { first, last, isV6 } = boundsOf(network);
    const address = fc
      .oneof(fc.constantFrom(first, last), fc.bigInt({ min: first, max: last }))
      .map((number) => addressOf(number, isV6));
    fc.assert(
      fc.property(address, fc.constantFrom(443, 8443, 9000), (text, port) => {
        expect(formsOf(text).filter((form) => permits(at(form, { host: 'a.test', port }), closed))).toEqual([]);
      }),
    );
  });

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '168.63.129.15',
    '168.63.129.17',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
  ])('%s passes, mapped and by NAT64 too: the refusals above are not for everything', (address) => {
    // Nobody has to be reached by 6to4, and a zone is of this machine.
    for (const form of formsOf(address)) expect(permits(at(form), closed)).toBe(!/%|^2002:/.test(form));
  });

  test.each([
    '2606:4700::1111',
    '2a00:1450:4001:80f::200e',
    '2000::',
    '2001:200::',
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db9::',
    '2003::',
    '2620:4f:7fff::1',
    '2620:4f:8001::1',
    '3ffe:ffff::1',
    '3fff:1000::1',
    '2606:4700::1:5efe:1:1',
  ])('%s passes', (address) => {
    expect(permits(at(address), closed)).toBe(true);
    expect(permits(at(`${address}%eth0`), closed)).toBe(false);
  });

  test('IPv6 outside 2000::/3 never passes, unless it is a form of a public IPv4 address', () => {
    const part = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(
        part.filter((first) => (first & 0xe000) !== 0x2000 && first !== 0 && first !== 0x64),
        fc.array(part, { minLength: 7, maxLength: 7 }),
        (first, rest) => {
          const address = [first, ...rest].map((number) => number.toString(16)).join(':');
          expect(permits(at(address), closed)).toBe(false);
        },
      ),
    );
  });

  test('TLS and a port of the list are needed as well', () => {
    expect(permits(at('1.1.1.1', { tls: false }), closed)).toBe(false);
    expect(permits(at('1.1.1.1', { port: 22 }), closed)).toBe(false);
    expect(permits(at('1.1.1.1', { port: 22 }), parseRules({ EGRESS_PORTS: '22' }))).toBe(true);
    expect(permits(at('1.1.1.1', { port: 443 }), parseRules({ EGRESS_PORTS: '22' }))).toBe(false);
  });

  test('what sockets do not take for an address is none', () => {
    for (const text of [
      '::%1.1.1.1',
      '',
      'a.test',
      '127.1',
      '2130706433',
      '0x7f.1',
      '1.1.1.1.',
      '[2606:4700::1111]',
      '01.1.1.1',
    ]) {
      expect(permits(at(text, { host: 'a.test' }), closed)).toBe(false);
    }
  });
});

describe('an entry', () => {
  const allowing = (entry: string) => parseRules({ EGRESS_ALLOW: entry });

  test('allows its address in every form, with and without TLS, at every port', () => {
    for (const form of formsOf('10.1.2.3')) {
      expect(permits(at(form, { port: 1, tls: false }), allowing('10.1.2.3'))).toBe(true);
      expect(permits(at(form, { port: 1 }), allowing('10.0.0.0/8'))).toBe(true);
      expect(permits(at(form), allowing('10.1.2.4'))).toBe(false);
      expect(permits(at(form), allowing('11.0.0.0/8'))).toBe(false);
    }
    expect(permits(at('fd00::9', { tls: false }), allowing('fd00::/8'))).toBe(true);
    expect(permits(at('fe80::1%eth0', { tls: false }), allowing('fe80::/10'))).toBe(true);
  });

  test('with a port allows that one only', () => {
    expect(permits(at('127.0.0.1', { port: 9000, tls: false }), allowing('127.0.0.1:9000'))).toBe(true);
    expect(permits(at('127.0.0.1', { port: 9001, tls: false }), allowing('127.0.0.1:9000'))).toBe(false);
    expect(permits(at('fd00::1', { port: 9000 }), allowing('[fd00::1]:9000'))).toBe(true);
    expect(permits(at('fd00::1', { port: 443 }), allowing('[fd00::1]:9000'))).toBe(false);
  });

  test('of a host allows the addresses of that host, and of no other', () => {
    const rules = allowing('minio.internal:9000');
    expect(permits(at('10.0.0.7', { host: 'MINIO.internal.', port: 9000, tls: false }), rules)).toBe(true);
    expect(permits(at('10.0.0.7', { host: 'minio.internal', port: 443 }), rules)).toBe(false);
    expect(permits(at('10.0.0.7', { host: 'evil.minio.internal', port: 9000 }), rules)).toBe(false);
    expect(permits(at('10.0.0.7', { host: '10.0.0.7', port: 9000 }), rules)).toBe(false);
  });

  test.each(metadataAddresses)('opens the metadata address %s only by naming it', (address) => {
    for (const form of formsOf(address)) {
      const asked = at(form, { host: 'minio.internal', tls: false });
      for (const entry of [
        'minio.internal',
        '0.0.0.0/0',
        '169.254.0.0/16',
        '168.63.129.0/24',
        '100.64.0.0/10',
        '192.0.0.0/24',
        '::/0',
        'fd00::/8',
        '2002::/16',
        '64:ff9b::/96',
      ]) {
        expect(permits(asked, allowing(entry))).toBe(false);
      }
      expect(permits(asked, allowing(address))).toBe(true);
    }
    expect(permits(at(address), allowing(`${address}/${address.includes(':') ? 128 : 32}`))).toBe(true);
  });
});

describe('the connect-to map', () => {
  const rules = parseRules({
    CONNECT_TO: '*.amazonaws.com:443:10.0.0.5:8443,s3.test::minio.internal:',
    EGRESS_ALLOW: '10.0.0.5:8443',
  });

  test('takes the first entry that matches host and port', () => {
    expect(mappedPlace({ host: 'b.s3.amazonaws.com', port: 443 }, rules)).toEqual({ host: '10.0.0.5', port: 8443 });
    expect(mappedPlace({ host: 'B.S3.AmazonAWS.com.', port: 443 }, rules)).toEqual({ host: '10.0.0.5', port: 8443 });
    expect(mappedPlace({ host: 'amazonaws.com', port: 443 }, rules)).toBeUndefined();
    expect(mappedPlace({ host: 'evilamazonaws.com', port: 443 }, rules)).toBeUndefined();
    expect(mappedPlace({ host: 'b.s3.amazonaws.com', port: 8443 }, rules)).toBeUndefined();
    expect(mappedPlace({ host: 's3.test', port: 9021 }, rules)).toEqual({ host: 'minio.internal', port: 9021 });
  });

  test('scheme and port are judged as asked for', () => {
    const asking = (port: number, tls: boolean) => permitsAsking({ host: 's3.test', port, tls }, rules);
    expect(asking(443, true)).toBe(true);
    expect(asking(443, false)).toBe(false);
    expect(asking(22, true)).toBe(false);
    const allowing = parseRules({ EGRESS_ALLOW: 's3.test:80' });
    expect(permitsAsking({ host: 'S3.test', port: 80, tls: false }, allowing)).toBe(true);
    expect(permitsAsking({ host: 'other.test', port: 80, tls: false }, allowing)).toBe(false);
  });

  test('where it leads has to be public or allowed', () => {
    expect(permitsMapped({ host: '10.0.0.5', address: '10.0.0.5', port: 8443 }, rules)).toBe(true);
    expect(permitsMapped({ host: '10.0.0.5', address: '10.0.0.5', port: 443 }, rules)).toBe(false);
    expect(permitsMapped({ host: 'minio.internal', address: '10.0.0.6', port: 8443 }, rules)).toBe(false);
    expect(permitsMapped({ host: 'vpce.test', address: '1.1.1.1', port: 4711 }, rules)).toBe(true);
  });
});
