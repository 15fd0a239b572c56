import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls';
import type { HostPort } from './policy.ts';

/** Whom to believe a certificate; empty for those that Node believes by itself. */
export interface Trust {
  readonly secureContext?: SecureContext;
}

/** Node's own authorities and these. Made once: reading the authorities takes longer than a handshake. */
export const trustIn = (authorities: readonly string[]): Trust =>
  authorities.length === 0
    ? {}
    : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...authorities] }) };

/** What TLS over a connection needs: wherever that leads, the certificate has to be that of the host asked for. */
export const toTlsOptions = (asked: HostPort, socket: Duplex, trust: Trust) =>
  ({
    ...trust,
    socket,
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => checkServerIdentity(asked.host, certificate),
  }) satisfies ConnectionOptions;
