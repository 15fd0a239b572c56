import { randomBytes, randomInt } from 'node:crypto';
import type { Role } from '../../template/model.ts';

/** Temporary credentials as STS gives them. */
export interface WireCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Whom credentials speak for. The administrator seeds the local target and is its operator; no function has its credentials. */
export type Principal = { readonly kind: 'role'; readonly role: Role } | { readonly kind: 'administrator' };

export interface Issued {
  readonly principal: Principal;
  readonly credentials: WireCredentials;
}

/** Credentials of one run of the wire: one set per role, random, worth nothing after the run. */
export interface Issuer {
  /** @throws Error when the template has no such role */
  readonly forRole: (roleArn: string) => WireCredentials;
  readonly administrator: WireCredentials;
  readonly find: (accessKeyId: string) => Issued | undefined;
}

export function createIssuer(roles: readonly Role[]): Issuer {
  const administrator: Issued = { principal: { kind: 'administrator' }, credentials: newCredentials() };
  const byRole = new Map(
    roles.map((role) => [role.arn, { principal: { kind: 'role', role }, credentials: newCredentials() } as const]),
  );
  const byKey = new Map<string, Issued>(
    [administrator, ...byRole.values()].map((issued) => [issued.credentials.accessKeyId, issued]),
  );
  return {
    forRole: (roleArn) => {
      const issued = byRole.get(roleArn);
      if (issued === undefined) throw new Error(`The template has no role ${roleArn}.`);
      return issued.credentials;
    },
    administrator: administrator.credentials,
    find: (accessKeyId) => byKey.get(accessKeyId),
  };
}

const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function newCredentials(): WireCredentials {
  return {
    accessKeyId: `ASIA${Array.from({ length: 16 }, () => keyAlphabet[randomInt(keyAlphabet.length)]).join('')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
}
