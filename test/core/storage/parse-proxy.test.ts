import { expect, test } from 'vitest';
import { parseProxy, withUser } from '../../../functions/core/storage/parse-proxy.ts';

test.each([
  ['http://proxy.example:3128', { proxy: 'http://proxy.example:3128' }],
  ['https://Proxy.Example:443/', { proxy: 'https://proxy.example' }],
  ['http://ann:w%40rd@10.0.0.1:8080', { proxy: 'http://10.0.0.1:8080', user: 'ann:w%40rd' }],
  ['http://ann@proxy.example', { proxy: 'http://proxy.example', user: 'ann:' }],
  ['http://[2001:db8::1]:3128', { proxy: 'http://[2001:db8::1]:3128' }],
])('%s is taken apart and put together again', (text, value) => {
  const parsed = parseProxy(text);
  expect(parsed).toEqual({ ok: true, value });
  const { username, password, host } = new URL(text);
  const again = new URL(withUser(value.proxy, 'user' in value ? value.user : undefined));
  expect([again.username, again.password, again.host]).toEqual([username, password, host]);
});

test.each(['proxy', 'socks5://proxy.example', 'http://', 'http://p.example/path', 'http://p.example?x', 'http://a b'])(
  '%s is none',
  (text) => {
    expect(parseProxy(text)).toMatchObject({ ok: false, faults: [{ field: 'proxy', code: 'invalid' }] });
  },
);

test('a very long one is too long', () => {
  expect(parseProxy(`http://${'a'.repeat(3000)}`)).toMatchObject({ ok: false, faults: [{ code: 'too_long' }] });
});

test('what is refused is not repeated: it may be a password', () => {
  expect(JSON.stringify(parseProxy('socks5://ann:word@p.example'))).not.toContain('ann');
});
