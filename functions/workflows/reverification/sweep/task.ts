import {
  dispatchDueChecksNeeds,
  dispatchDueChecks as sweepDue,
} from '../../../core/reverification/dispatch-due-checks.ts';
import { task } from '../../task.ts';

/** A sweep begins nothing new after as many milliseconds; its function has 30 s. */
export const sweepTime = 20_000;

/** Hands what is due over to the queue of checks. By schedule, every minute; several at once share the work. */
export const sweep = task({
  workflow: 'reverification',
  name: 'sweep',
  needs: dispatchDueChecksNeeds,
  run: async (_event, ports, { now, random }): Promise<{ readonly handed: number }> => ({
    handed: await sweepDue(ports, { now, random, until: now() + sweepTime }),
  }),
});
