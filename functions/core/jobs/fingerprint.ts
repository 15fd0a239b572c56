import { createHmac } from 'node:crypto';
import type { SavedTarget } from '../records/connection.ts';
import type { Credential } from '../storage/credential.ts';

/**
 * Names a verification by what it verifies, so that the same body posted again finds the same job and any changed
 * part of it another. A test of an account is never a verification, whatever it tests. Keyed: a plain hash would let
 * whoever reads the table try out secrets.
 *
 * The canonical form is a JSON array, so that no two different inputs run together.
 *
 * @param key the deployment's key; its `id` is part of what is hashed, so that the key can be rotated
 * @returns 64 hex digits
 */
export function computeFingerprint(
  of: {
    readonly organizationId: number;
    readonly target: SavedTarget;
    readonly credential: Credential;
    readonly survey?: true;
  },
  key: { readonly id: string; readonly key: string },
): string {
  const { organizationId, target, credential } = of;
  const canonical = [
    key.id,
    of.survey ? 'test' : 'verification',
    organizationId,
    target.provider,
    target.endpoint,
    target.bucket ?? null,
    target.region ?? null,
    target.prefix,
    target.proxy ?? null,
    target.vendor ?? null,
    ...halvesOf(credential),
    credential.proxyUser ?? null,
  ];
  return createHmac('sha256', key.key).update(JSON.stringify(canonical)).digest('hex');
}

function halvesOf(credential: Credential): readonly string[] {
  switch (credential.kind) {
    case 'access-key-pair':
      return [credential.kind, credential.accessKey, credential.secretKey];
    case 'account-key':
      return [credential.kind, credential.account, credential.key];
    case 'service-account-key':
      return [credential.kind, credential.clientEmail, credential.privateKey];
    case 'assumed-role':
      return [credential.kind, credential.roleArn, credential.externalId];
  }
}
