import type { ReleaseJobSlot, TakeJobSlot } from '../../functions/core/jobs/ports.ts';
import type { JobReference } from '../../functions/core/records/job.ts';

export interface MemoryUnsavedJobs {
  readonly admit: TakeJobSlot;
  readonly leave: ReleaseJobSlot;
  /** Until when each place is taken, by `<fingerprint>-<generation>`. */
  readonly places: ReadonlyMap<string, number>;
}

/** Places for unsaved jobs in a map: the same ports as the table, held to the same suite. */
export function memoryUnsavedJobs(cap = 100): MemoryUnsavedJobs {
  const places = new Map<string, number>();
  const nameOf = ({ fingerprint, generation }: JobReference) => `${fingerprint}-${generation}`;
  return {
    places,
    async admit(job, until, now) {
      const name = nameOf(job);
      if (!places.has(name) && places.size >= cap) {
        for (const [other, end] of places) if (end <= now) places.delete(other);
        if (places.size >= cap) return false;
      }
      places.set(name, until);
      return true;
    },
    async leave(job) {
      places.delete(nameOf(job));
    },
  };
}
