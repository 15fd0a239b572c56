import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRules } from '../../../functions/providers/egress/parse-rules.ts';

describe('what may be written', () => {
  test('nothing, and blanks, mean: public addresses at the usual ports', () => {
    for (const rules of [parseRules({}), parseRules({ EGRESS_ALLOW: ' ', EGRESS_PORTS: '', CONNECT_TO: '' })]) {
      expect(rules.allowed).toEqual([]);
      expect([...rules.ports]).toEqual([443, 8443, 9000, 9020, 9021]);
      expect(rules.mappings).toEqual([]);
    }
  });

  test.each([
    ['127.0.0.1', { kind: 'address' }],
    ['127.0.0.1:9000', { kind: 'address', port: 9000 }],
    ['10.0.0.0/8', { kind: 'network' }],
    ['10.0.0.0/8:9000', { kind: 'network', port: 9000 }],
    ['10.1.2.3/32', { kind: 'address' }],
    ['minio.internal', { kind: 'host', host: 'minio.internal' }],
    ['MinIO.Internal.:9000', { kind: 'host', host: 'minio.internal', port: 9000 }],
    ['localhost', { kind: 'host', host: 'localhost' }],
    ['fd00::1', { kind: 'address' }],
    ['[fd00::1]', { kind: 'address' }],
    ['[fd00::1]:9000', { kind: 'address', port: 9000 }],
    ['fd00::/8', { kind: 'network' }],
    ['[fd00::/8]:9000', { kind: 'network', port: 9000 }],
    ['[fd00::]/8:9000', { kind: 'network', port: 9000 }],
    [' minio.internal ', { kind: 'host', host: 'minio.internal' }],
  ])('EGRESS_ALLOW=%s', (entry, meant) => {
    expect(parseRules({ EGRESS_ALLOW: entry }).allowed).toEqual([expect.objectContaining(meant)]);
    expect(parseRules({ EGRESS_ALLOW: entry }).allowed[0]).toHaveProperty('kind', meant.kind);
    expect(parseRules({ EGRESS_ALLOW: entry }).allowed[0]?.port).toBe('port' in meant ? meant.port : undefined);
  });

  test.each([
    ['minio.internal:443:10.0.0.5:9000', { host: 'minio.internal', port: 443, toHost: '10.0.0.5', toPort: 9000 }],
    ['*.amazonaws.com::127.0.0.1:4566', { host: '.amazonaws.com', toHost: '127.0.0.1', toPort: 4566 }],
    ['s3.test:443:[fd00::1]:', { host: 's3.test', port: 443, toHost: 'fd00::1' }],
    ['[fd00::2]:443:vpce.example.com:443', { host: 'fd00::2', port: 443, toHost: 'vpce.example.com', toPort: 443 }],
  ])('CONNECT_TO=%s', (entry, meant) => {
    expect(parseRules({ CONNECT_TO: entry }).mappings).toEqual([meant]);
  });

  test('several entries, by commas', () => {
    const rules = parseRules({
      EGRESS_ALLOW: 'a.test, 10.0.0.0/8',
      EGRESS_PORTS: '443, 4443',
      CONNECT_TO: 'a:1:b:2,c::d:',
    });
    expect(rules.allowed).toHaveLength(2);
    expect([...rules.ports]).toEqual([443, 4443]);
    expect(rules.mappings).toHaveLength(2);
  });
});

test.each([
  ['EGRESS_ALLOW', '10.0.0.0/33'],
  ['EGRESS_ALLOW', 'fd00::/129'],
  ['EGRESS_ALLOW', '10.0.0.0/x'],
  ['EGRESS_ALLOW', '10.0.0/8'],
  ['EGRESS_ALLOW', 'minio.internal:0'],
  ['EGRESS_ALLOW', 'minio.internal:65536'],
  ['EGRESS_ALLOW', 'minio.internal:'],
  ['EGRESS_ALLOW', 'minio.internal:http'],
  ['EGRESS_ALLOW', 'https://minio.internal'],
  ['EGRESS_ALLOW', '*.internal'],
  ['EGRESS_ALLOW', 'min io'],
  // Old spellings of addresses, which would be looked up as names.
  ['EGRESS_ALLOW', '127.1'],
  ['EGRESS_ALLOW', '2130706433'],
  ['EGRESS_ALLOW', '0x7f000001'],
  ['EGRESS_ALLOW', '010.0.0.1'],
  ['EGRESS_ALLOW', '[fd00::1'],
  ['EGRESS_ALLOW', 'fe80::%eth0/10'],
  ['EGRESS_PORTS', '443;8443'],
  ['EGRESS_PORTS', '-1'],
  ['CONNECT_TO', 's3.test:443=10.0.0.5:9000'],
  ['CONNECT_TO', 's3.test:443:10.0.0.5'],
  ['CONNECT_TO', ':443:10.0.0.5:443'],
  ['CONNECT_TO', '*:443:10.0.0.5:443'],
  ['CONNECT_TO', 's3.test:443::443'],
  ['CONNECT_TO', 's3.test:99999:10.0.0.5:443'],
  ['CONNECT_TO', 's3.test:443:*.test:443'],
])('%s=%s is refused by name', (variable, entry) => {
  const message = () =>
    parseRules({
      [variable]: `${variable === 'EGRESS_PORTS' ? '443' : variable === 'CONNECT_TO' ? 'a::b:' : 'a.test'},${entry}`,
    });
  expect(message).toThrow(new RegExp(`^${variable}: "${entry.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}": `));
});

test('an empty entry is refused', () => {
  expect(() => parseRules({ EGRESS_ALLOW: 'a.test,,b.test' })).toThrow('EGRESS_ALLOW');
});

test('whatever is written, it is read or refused by the name of its variable', () => {
  const piece = fc.constantFrom(
    '10.0.0.1',
    'fd00::1',
    '[',
    ']',
    ':',
    '/',
    '8',
    '*.',
    'a.test',
    ',',
    ' ',
    '%',
    '9000',
    '::',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.constantFrom('EGRESS_ALLOW', 'EGRESS_PORTS', 'CONNECT_TO'),
      (parts, name) => {
        try {
          parseRules({ [name]: parts.join('') });
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect(String(error)).toMatch(new RegExp(`^Error: ${name}: "`));
        }
      },
    ),
  );
});
