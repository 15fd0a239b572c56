import type { Credential } from '../../functions/core/credential.ts';
import type { JobReference } from '../../functions/core/job.ts';
import type {
  CreateUnsavedCredential,
  DeleteUnsavedCredential,
  ReadUnsavedCredential,
} from '../../functions/core/ports.ts';

export interface MemoryVault {
  readonly create: CreateUnsavedCredential;
  readonly read: ReadUnsavedCredential;
  readonly remove: DeleteUnsavedCredential;
  readonly held: ReadonlyMap<string, Credential>;
}

/** The vault in a map: the same ports as Secrets Manager, held to the same suite. */
export function memoryVault(): MemoryVault {
  const held = new Map<string, Credential>();
  const nameOf = ({ fingerprint, generation }: JobReference) => `${fingerprint}-${generation}`;
  return {
    held,
    async create(job, credential) {
      if (!held.has(nameOf(job))) held.set(nameOf(job), structuredClone(credential));
    },
    read: async (job) => held.get(nameOf(job)),
    async remove(job) {
      held.delete(nameOf(job));
    },
  };
}
