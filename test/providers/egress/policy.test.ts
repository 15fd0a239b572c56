import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mappedPlace, permits, permitsAsking, permitsMapped } from '../../../functions/providers/egress/policy.ts';
import { parseRules } from '../../../functions/providers/egress/rules.ts';

const closed = parseRules({});
const at = (address: string, more: { host?: string; port?: number; tls?: boolean } = {}) => ({
  host: more.host ?? address,
  address,
  port: more.port ?? 443,
  tls: more.tls ?? true,
});

/** Every block that is not globally routable unicast (IANA special-purpose registries), by a first and last address. */
const special = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  'private 10/8': ['10.0.0.0', '10.255.255.255'],
  'carrier-grade NAT': ['100.64.0.0', '100.127.255.255'],
  loopback: ['127.0.0.0', '127.255.255.255'],
  'link-local': ['169.254.0.0', '169.254.255.255'],
  'private 172.16/12': ['172.16.0.0', '172.31.255.255'],
  'protocol assignments': ['192.0.0.0', '192.0.0.255'],
  'documentation 1': ['192.0.2.0', '192.0.2.255'],
  'private 192.168/16': ['192.168.0.0', '192.168.255.255'],
  benchmarking: ['198.18.0.0', '198.19.255.255'],
  'documentation 2': ['198.51.100.0', '198.51.100.255'],
  'documentation 3': ['203.0.113.0', '203.0.113.255'],
  multicast: ['224.0.0.0', '239.255.255.255'],
  reserved: ['240.0.0.0', '255.255.255.255'],
  "Azure's wire server": ['168.63.129.16', '168.63.129.16'],
} as const;

const toNumber = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const toText = (number: number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
const halves = (address: string) => {
  const number = toNumber(address);
  return `${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}`;
};

/** An IPv4 address in every form of IPv6 that leads to it. */
const formsOf = (address: string) => [
  address,
  `::ffff:${address}`,
  `::ffff:${halves(address)}`,
  `0:0:0:0:0:FFFF:${halves(address).toUpperCase()}`,
  `64:ff9b::${address}`,
  `64:ff9b::${halves(address)}`,
  `2002:${halves(address)}::1`,
  `::ffff:${address}%eth0`,
];

describe('without an entry', () => {
  test.each(Object.entries(special))('no address of %s passes, in no form', (_, [first, last]) => {
    const address = fc.oneof(
      fc.constantFrom<string>(first, last),
      fc.integer({ min: toNumber(first), max: toNumber(last) }).map(toText),
    );
    fc.assert(
      fc.property(address, fc.constantFrom(443, 8443, 9000), (text, port) => {
        for (const form of formsOf(text)) expect(permits(at(form, { host: 'a.test', port }), closed)).toBe(false);
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
  ])('%s passes, in every form but a zoned one: the refusals above are not for everything', (address) => {
    for (const form of formsOf(address)) expect(permits(at(form), closed)).toBe(!form.includes('%'));
  });

  test.each(['2606:4700::1111', '2a00:1450:4001:80f::200e', '2000::', '3ffe:ffff::1'])('%s passes', (address) => {
    expect(permits(at(address), closed)).toBe(true);
    expect(permits(at(`${address}%eth0`), closed)).toBe(false);
  });

  test.each([
    '::',
    '::1',
    '::7f00:1',
    '::10.0.0.1',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '100::1',
    '64:ff9b:1::a00:1',
    '::ffff:0:10.0.0.1',
    '2001::1',
    '2001:db8::1',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '3fff::1',
    '5f00::1',
    '4000::1',
    '8000::1',
    '1fff::1',
  ])('%s does not pass', (address) => {
    expect(permits(at(address), closed)).toBe(false);
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
    for (const text of ['', 'a.test', '127.1', '2130706433', '0x7f.1', '1.1.1.1.', '[2606:4700::1111]', '01.1.1.1']) {
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

  test.each(['169.254.169.254', '169.254.170.2', '168.63.129.16', 'fd00:ec2::254'])(
    'opens the metadata address %s only by naming it',
    (address) => {
      for (const form of address.includes(':') ? [address] : formsOf(address)) {
        const asked = at(form, { host: 'minio.internal', tls: false });
        for (const entry of [
          'minio.internal',
          '0.0.0.0/0',
          '169.254.0.0/16',
          '168.63.129.0/24',
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
    },
  );
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
