import type {
  CreateCredential,
  DeleteCredential,
  MarkCredential,
  ReadCredential,
  ReadCurrentCredential,
  RotateCredential,
} from '../../functions/core/connections/credential-ports.ts';
import type { Credential } from '../../functions/core/storage/credential.ts';

export interface MemoryCredentials {
  readonly create: CreateCredential;
  readonly rotate: RotateCredential;
  readonly read: ReadCredential;
  readonly current: ReadCurrentCredential;
  readonly mark: MarkCredential;
  /** Takes the mark away, as on a secret that an earlier version of the service made, or another deployment. */
  readonly unmark: (uid: string) => void;
  readonly remove: DeleteCredential;
  /** Has somebody else put a version there that is the current one, as one who rotates secrets would. */
  readonly replace: (uid: string, credential: Credential | 'unreadable') => string;
  /** Every version that is kept, by uid. */
  readonly held: ReadonlyMap<
    string,
    {
      readonly versions: ReadonlyMap<string, Credential | 'unreadable'>;
      readonly current: string;
      readonly createdAt: number;
      readonly isMarked: boolean;
    }
  >;
}

interface Secret {
  readonly versions: Map<string, Credential | 'unreadable'>;
  readonly createdAt: number;
  current: string;
  isMarked: boolean;
}

/** The connections' secrets in a map: the same ports as Secrets Manager, held to the same suite. */
export function memoryCredentials({ now = Date.now } = {}): MemoryCredentials {
  const held = new Map<string, Secret>();
  return {
    held,
    async create(uid, credential) {
      const version = crypto.randomUUID();
      const versions = new Map<string, Credential | 'unreadable'>([[version, structuredClone(credential)]]);
      held.set(uid, { versions, current: version, createdAt: now(), isMarked: true });
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
    async read(uid, version) {
      const credential = held.get(uid)?.versions.get(version);
      if (credential === 'unreadable') throw new Error('There is no credential in this version of the secret.');
      return structuredClone(credential);
    },
    async current(uid) {
      const secret = held.get(uid);
      const credential = secret?.versions.get(secret.current);
      return secret && credential && structuredClone({ version: secret.current, credential });
    },
    replace(uid, credential) {
      const secret = held.get(uid);
      if (!secret) throw new Error('There is no such secret.');
      const version = crypto.randomUUID();
      secret.versions.set(version, structuredClone(credential));
      secret.current = version;
      return version;
    },
    async mark(uid) {
      const secret = held.get(uid);
      if (secret) secret.isMarked = true;
    },
    unmark(uid) {
      const secret = held.get(uid);
      if (secret) secret.isMarked = false;
    },
    async remove(uid) {
      held.delete(uid);
    },
  };
}
