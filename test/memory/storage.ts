import { type Diagnosis, diagnose } from '../../functions/core/diagnosis/diagnosis.ts';
import type { Credential } from '../../functions/core/storage/credential.ts';
import type { Storage, StorageAnswer, StoredObject } from '../../functions/core/storage/storage.ts';
import { isWriteCheck } from '../../functions/core/storage/write-check.ts';

export interface MemoryStorage extends Storage {
  /** Calls to `list` and `listBuckets`, counted over all that was opened. */
  readonly lists: () => number;
  /** The credentials that it was opened with, in order. */
  readonly used: () => readonly Credential[];
}

/** One of an account's buckets. */
export interface MemoryBucket {
  readonly objects?: readonly StoredObject[];
  /** Where it is asked for, if anywhere. */
  readonly region?: string;
  /** What is wrong with it, and not with the account. */
  readonly wrong?: Diagnosis;
}

/** An account's buckets by their names, in the order in which it lists them. */
export type MemoryBuckets = Readonly<Record<string, MemoryBucket>>;

/**
 * A storage in memory, a driver like the others: it answers with its keys in pages, or with whatever is wrong with it
 * at the moment it is asked.
 *
 * @param contents the buckets of an account, or the objects of the one bucket that there is whatever name it is given
 * @param wrong what to answer instead of call number n (from 0, over the storage's life)
 * @param openRoles ARNs of the roles that can be assumed without an external id
 */
export function memoryStorage(
  contents: readonly StoredObject[] | MemoryBuckets,
  wrong: (call: number) => Diagnosis | undefined = () => undefined,
  pageSize = 1000,
  openRoles: readonly string[] = [],
): MemoryStorage {
  const buckets = new Map<string, MemoryBucket>(isObjects(contents) ? [] : Object.entries(contents));
  const only: MemoryBucket | undefined = isObjects(contents) ? { objects: contents } : undefined;
  let calls = 0;
  const used: Credential[] = [];
  const called = <T>(deadline: AbortSignal, answer: () => StorageAnswer<T>): StorageAnswer<T> => {
    const diagnosis = deadline.aborted ? diagnose('connection-timed-out') : wrong(calls);
    calls++;
    return diagnosis ? { ok: false, diagnosis } : answer();
  };
  return {
    lists: () => calls,
    used: () => used,
    async open(target, credential, deadline) {
      used.push(credential);
      const bucket = only ?? buckets.get(target.bucket) ?? { wrong: diagnose('bucket-not-found') };
      const matching = (bucket.objects ?? []).filter(
        // As every driver leaves it out.
        ({ key }) => key.startsWith(target.prefix) && !isWriteCheck(key),
      );
      return {
        ok: true,
        value: {
          list: async (continuation) =>
            called(deadline, () => {
              const diagnosis = bucket.wrong ?? regionFault(bucket, target.region);
              if (diagnosis) return { ok: false, diagnosis };
              const from = Number(continuation ?? 0);
              const more = from + pageSize < matching.length;
              const objects = matching.slice(from, from + pageSize);
              return { ok: true, value: { objects, ...(more && { next: String(from + pageSize) }) } };
            }),
          signPut: async (key, expiresIn) => `memory://${target.bucket}/${key}?expires=${expiresIn}`,
        },
      };
    },
    async openAccount(_target, credential, deadline) {
      used.push(credential);
      const listBuckets = async () =>
        called(deadline, () => ({
          ok: true,
          value: only
            ? [{ name: 'memory' }]
            : [...buckets].map(([name, { region }]) => ({ name, ...(region !== undefined && { region }) })),
        }));
      return { ok: true, value: { listBuckets } };
    },
    exposure: async (credential) =>
      credential.kind === 'assumed-role' && openRoles.includes(credential.roleArn) ? diagnose('role-open') : undefined,
  };
}

const isObjects = (contents: readonly StoredObject[] | MemoryBuckets): contents is readonly StoredObject[] =>
  Array.isArray(contents);

const regionFault = ({ region }: MemoryBucket, asked: string | undefined): Diagnosis | undefined =>
  region === undefined || asked === undefined || asked === region ? undefined : diagnose('region-wrong', { region });
