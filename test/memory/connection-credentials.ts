import type { Credential } from '../../functions/core/credential.ts';
import type {
  CreateCredential,
  DeleteCredential,
  ReadCredential,
  RotateCredential,
} from '../../functions/core/ports.ts';

export interface MemoryCredentials {
  readonly create: CreateCredential;
  readonly rotate: RotateCredential;
  readonly read: ReadCredential;
  readonly remove: DeleteCredential;
  /** Every version that is kept, by uid. */
  readonly held: ReadonlyMap<string, { readonly versions: ReadonlyMap<string, Credential>; readonly current: string }>;
}

/** The connections' secrets in a map: the same ports as Secrets Manager, held to the same suite. */
export function memoryCredentials(): MemoryCredentials {
  const held = new Map<string, { versions: Map<string, Credential>; current: string }>();
  return {
    held,
    async create(uid, credential) {
      const version = crypto.randomUUID();
      held.set(uid, { versions: new Map([[version, structuredClone(credential)]]), current: version });
      return version;
    },
    rotate: {
      async add(uid, credential) {
        const secret = held.get(uid);
        if (!secret) return undefined;
        const version = crypto.randomUUID();
        secret.versions.set(version, structuredClone(credential));
        return version;
      },
      async confirm(uid, version) {
        const secret = held.get(uid);
        if (secret?.versions.has(version)) secret.current = version;
      },
    },
    read: async (uid, version) => held.get(uid)?.versions.get(version),
    async remove(uid) {
      held.delete(uid);
    },
  };
}
