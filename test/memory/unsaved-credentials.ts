import type {
  CreateUnsavedCredential,
  DeleteUnsavedCredential,
  ReadUnsavedCredential,
} from '../../functions/core/jobs/ports.ts';
import type { JobReference } from '../../functions/core/records/job.ts';
import type { Credential } from '../../functions/core/storage/credential.ts';

export interface MemoryVault {
  readonly create: CreateUnsavedCredential;
  readonly read: ReadUnsavedCredential;
  readonly remove: DeleteUnsavedCredential;
  readonly held: ReadonlyMap<string, Credential>;
  /** When each was kept first, whether or not it is there any more. */
  readonly createdAt: ReadonlyMap<string, number>;
}

/** The vault in a map: the same ports as Secrets Manager, held to the same suite. */
export function memoryVault({ now = Date.now } = {}): MemoryVault {
  const held = new Map<string, Credential>();
  const createdAt = new Map<string, number>();
  const nameOf = ({ fingerprint, generation }: JobReference) => `${fingerprint}-${generation}`;
  return {
    ...{ held, createdAt },
    async create(job, credential) {
      if (held.has(nameOf(job))) return;
      held.set(nameOf(job), structuredClone(credential));
      createdAt.set(nameOf(job), now());
    },
    read: async (job) => held.get(nameOf(job)),
    async remove(job) {
      held.delete(nameOf(job));
    },
  };
}
