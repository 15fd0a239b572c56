import { randomBytes, randomInt } from 'node:crypto';
import type { Role } from '../../template/model.ts';

/** Temporary credentials, as STS issues them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The owner of credentials. The administrator seeds data and is the operator; no function has its credentials. */
export type Principal = { readonly kind: 'role'; readonly role: Role } | { readonly kind: 'administrator' };

/** Credentials with their owner. */
export interface IssuedCredentials {
  readonly principal: Principal;
  readonly credentials: TemporaryCredentials;
}

/** The credentials of one run: a random set per role, which is worthless after the run. */
export interface CredentialIssuer {
  /** @throws Error when the template has no such role */
  readonly forRole: (roleArn: string) => TemporaryCredentials;
  readonly administrator: TemporaryCredentials;
  readonly find: (accessKeyId: string) => IssuedCredentials | undefined;
}

/** Issues credentials for every role of the template and for the administrator. */
export function createCredentialIssuer(roles: readonly Role[]): CredentialIssuer {
  const administrator: IssuedCredentials = { principal: { kind: 'administrator' }, credentials: newCredentials() };
  const byRole = new Map(
    roles.map((role) => [role.arn, { principal: { kind: 'role', role }, credentials: newCredentials() } as const]),
  );
  const byKey = new Map<string, IssuedCredentials>(
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

function newCredentials(): TemporaryCredentials {
  return {
    accessKeyId: `ASIA${Array.from({ length: 16 }, () => keyAlphabet[randomInt(keyAlphabet.length)]).join('')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
}
