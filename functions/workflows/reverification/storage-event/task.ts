import { handleStorageEvent, handleStorageEventNeeds } from '../../../core/reverification/handle-storage-event.ts';
import { type Task, task } from '../../task.ts';
import { messagesOf } from '../queue-event.ts';
import { sweepTime } from '../sweep/task.ts';
import { parseStorageEvent } from './parse-storage-event.ts';

/** Which messages of a batch failed, as Lambda takes it ("Reporting batch item failures"): only those come again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Takes what EventBridge and the webhooks tell, a batch at a time. What concerns nothing is dropped; one that fails is
 * told to the log and comes again, and the others are done.
 */
export const storageEvent: Task<(typeof handleStorageEventNeeds)[number], BatchAnswer> = task({
  workflow: 'reverification',
  name: 'storage-event',
  needs: handleStorageEventNeeds,
  async run(event, ports, { now, random, report }) {
    const failed: { itemIdentifier: string }[] = [];
    for (const { id, body } of messagesOf(event)) {
      try {
        const told = parseStorageEvent(body);
        if (told) await handleStorageEvent(told, ports, { now, random, until: now() + sweepTime });
      } catch (error) {
        report(error);
        failed.push({ itemIdentifier: id });
      }
    }
    return { batchItemFailures: failed };
  },
});
