import { type Diagnosis, diagnose } from '../../functions/core/diagnosis.ts';
import type { Storage, StoredObject } from '../../functions/core/storage.ts';

export interface MemoryStorage extends Storage {
  /** Calls to `list`, counted over all buckets opened. */
  readonly lists: () => number;
}

/**
 * One bucket in memory, a driver like the others: it answers with its keys in pages, or with whatever is wrong with it
 * at the moment it is asked.
 *
 * @param wrong what to answer instead of page number n (from 0, over the storage's life)
 * @param openRoles ARNs of the roles that can be assumed without an external id
 */
export function memoryStorage(
  keys: readonly StoredObject[],
  wrong: (call: number) => Diagnosis | undefined = () => undefined,
  pageSize = 1000,
  openRoles: readonly string[] = [],
): MemoryStorage {
  let calls = 0;
  return {
    lists: () => calls,
    async open(target, _credential, deadline) {
      const matching = keys.filter(({ key }) => key.startsWith(target.prefix));
      return {
        ok: true,
        value: {
          async list(continuation) {
            const diagnosis = deadline.aborted ? diagnose('connection-timed-out') : wrong(calls);
            calls++;
            if (diagnosis) return { ok: false, diagnosis };
            const from = Number(continuation ?? 0);
            const more = from + pageSize < matching.length;
            const objects = matching.slice(from, from + pageSize);
            return { ok: true, value: { objects, ...(more && { next: String(from + pageSize) }) } };
          },
          signPut: async (key, expiresIn) => `memory://${target.bucket}/${key}?expires=${expiresIn}`,
        },
      };
    },
    openAccount: async () => ({
      ok: true,
      value: { listBuckets: async () => ({ ok: true, value: [{ name: 'memory' }] }) },
    }),
    exposure: async (credential) =>
      credential.kind === 'assumed-role' && openRoles.includes(credential.roleArn) ? diagnose('role-open') : undefined,
  };
}
