import type { DiagnosisCode } from '../core/diagnosis/catalogue.ts';
import { EgressRefusal } from './egress/egress-error.ts';

/** What a network can be diagnosed with. */
export type NetworkFailure = Exclude<DiagnosisCode, 'region-wrong'>;

/** Codes of Node's sockets, name look-up, TLS and HTTP parser (functions/providers/README.md, "How storages fail"). */
const codes: Readonly<Record<string, NetworkFailure>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'name-lookup-failed',
  EAI_FAIL: 'name-lookup-failed',
  EAI_NODATA: 'host-not-found',
  EAI_NONAME: 'host-not-found',

  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connection-timed-out',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EPIPE: 'connection-reset',
  // Ended before an answer was whole.
  ERR_STREAM_PREMATURE_CLOSE: 'connection-reset',
  EHOSTUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  ENETDOWN: 'host-unreachable',
  EADDRNOTAVAIL: 'host-unreachable',

  // What https meets where there is none.
  EPROTO: 'not-tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_RECORD_LAYER_FAILURE: 'not-tls',
  ERR_SSL_UNEXPECTED_MESSAGE: 'not-tls',

  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'certificate-untrusted',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'certificate-untrusted',
  CERT_SIGNATURE_FAILURE: 'certificate-untrusted',
  CERT_CHAIN_TOO_LONG: 'certificate-untrusted',
  CERT_REVOKED: 'certificate-untrusted',
  CERT_UNTRUSTED: 'certificate-untrusted',
  CERT_REJECTED: 'certificate-untrusted',
  INVALID_CA: 'certificate-untrusted',
  INVALID_PURPOSE: 'certificate-untrusted',
  PATH_LENGTH_EXCEEDED: 'certificate-untrusted',
  HOSTNAME_MISMATCH: 'certificate-name-mismatch',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name-mismatch',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-expired',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'certificate-expired',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'certificate-expired',
};

/** Codes of which there are too many to list. */
const families: readonly (readonly [prefix: string, NetworkFailure])[] = [
  ['HPE_', 'not-http'],
  ['ERR_SSL_', 'tls-handshake-failed'],
];

/**
 * What is wrong with the connection, when a call failed because of it.
 *
 * @param error what an SDK threw; looked through as deep as its causes go
 * @param signal the way's: when it was aborted, that is why the call failed, whatever the error says
 * @returns nothing when the failure is not one of the network
 */
export function networkFailure(error: unknown, signal: AbortSignal): NetworkFailure | undefined {
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    return reason instanceof EgressRefusal ? reason.code : 'connection-timed-out';
  }
  return failureIn(error, 8);
}

function failureIn(error: unknown, depth: number): NetworkFailure | undefined {
  if (!(error instanceof Error) || depth === 0) return undefined;
  if (error instanceof EgressRefusal) return error.code;
  if (error instanceof AggregateError) return worstTold(error.errors, depth);
  if (isTlsAlert(error)) return 'https-required';
  const own = 'code' in error && typeof error.code === 'string' ? failureOf(error.code, error.message) : undefined;
  return own ?? failureIn(error.cause, depth - 1);
}

/** Whether Node's HTTP parser met a TLS alert (RFC 8446, 5.1): what some servers answer to plain http at a port with TLS. */
function isTlsAlert(error: Error): boolean {
  const packet = 'rawPacket' in error ? error.rawPacket : undefined;
  return Buffer.isBuffer(packet) && packet[0] === 0x15 && packet[1] === 0x03;
}

function failureOf(code: string, message: string): NetworkFailure | undefined {
  // Whoever sends an alert speaks TLS, which the code does not say, but OpenSSL's text does.
  if (code === 'EPROTO' && message.includes(' alert ')) return 'tls-handshake-failed';
  return Object.hasOwn(codes, code) ? codes[code] : families.find(([prefix]) => code.startsWith(prefix))?.[1];
}

/**
 * One failure for several attempts at the addresses of one host. That an address family has no route here says least
 * about the endpoint, and an attempt given up for the next address little more.
 */
function worstTold(errors: readonly unknown[], depth: number): NetworkFailure | undefined {
  const found = errors.flatMap((error) => failureIn(error, depth - 1) ?? []);
  const little: readonly NetworkFailure[] = ['host-unreachable', 'connection-timed-out'];
  return found.find((code) => !little.includes(code)) ?? found.find((code) => code !== 'host-unreachable') ?? found[0];
}
