import { expect, test } from 'vitest';
import { EgressRefusal } from '../../functions/providers/egress/egress-error.ts';
import { networkFailure } from '../../functions/providers/network-failure.ts';

const going = new AbortController().signal;
const failing = (code: string, more: ErrorOptions = {}) => Object.assign(new Error('x', more), { code });

test.each([
  ['ENOTFOUND', 'host-not-found'],
  ['EAI_AGAIN', 'name-lookup-failed'],
  ['ECONNREFUSED', 'connection-refused'],
  ['ETIMEDOUT', 'connection-timed-out'],
  ['ECONNRESET', 'connection-reset'],
  ['EPIPE', 'connection-reset'],
  ['EHOSTUNREACH', 'host-unreachable'],
  ['ENETUNREACH', 'host-unreachable'],
  ['EPROTO', 'not-tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-handshake-failed'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls-handshake-failed'],
  ['HPE_INVALID_CONSTANT', 'not-http'],
  ['HPE_HEADER_OVERFLOW', 'not-http'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-untrusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name-mismatch'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
] as const)('%s', (code, diagnosis) => {
  expect(networkFailure(failing(code), going)).toBe(diagnosis);
  const wrapped = new Error('outer', {
    cause: Object.assign(new Error('middle', { cause: failing(code) }), { code: 'OTHER' }),
  });
  expect(networkFailure(wrapped, going)).toBe(diagnosis);
});

test('what is not the network’s is nothing', () => {
  for (const error of [
    undefined,
    null,
    'ENOTFOUND',
    { code: 'ENOTFOUND' },
    new TypeError('x'),
    failing('toString'),
    failing('EFOO'),
  ]) {
    expect(networkFailure(error, going)).toBeUndefined();
  }
  const circular = new Error('x');
  circular.cause = circular;
  expect(networkFailure(circular, going)).toBeUndefined();
});

test('of attempts at several addresses, the one that says most counts', () => {
  const attempts = (...codes: string[]) =>
    networkFailure(Object.assign(new AggregateError(codes.map((code) => failing(code))), { code: codes[0] }), going);
  expect(attempts('ENETUNREACH', 'ECONNREFUSED')).toBe('connection-refused');
  expect(attempts('ENETUNREACH', 'ETIMEDOUT', 'ECONNREFUSED')).toBe('connection-refused');
  expect(attempts('ENETUNREACH', 'ETIMEDOUT')).toBe('connection-timed-out');
  expect(attempts('ENETUNREACH', 'EHOSTUNREACH')).toBe('host-unreachable');
});

test('why the way ended goes before what an error says', () => {
  const error = failing('ECONNRESET');
  expect(networkFailure(error, AbortSignal.abort(new EgressRefusal('answer-too-large')))).toBe('answer-too-large');
  expect(networkFailure(error, AbortSignal.abort(new EgressRefusal('address-not-allowed')))).toBe(
    'address-not-allowed',
  );
  expect(networkFailure(error, AbortSignal.abort(new EgressRefusal('proxy-failed')))).toBe('proxy-failed');
  expect(networkFailure(error, AbortSignal.abort())).toBe('connection-timed-out');
  expect(networkFailure(undefined, AbortSignal.abort())).toBe('connection-timed-out');
  expect(networkFailure(new EgressRefusal('address-not-allowed'), going)).toBe('address-not-allowed');
});
