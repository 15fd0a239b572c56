import * as z from 'zod/mini';
import { finishJob, finishJobNeeds } from '../../../core/jobs/finish-job.ts';
import { task } from '../../task.ts';
import { jobReference } from '../job-reference.ts';

/** EventBridge's word that an execution ended on its own: its input comes along as text. */
const executionEnded = z.object({ detail: z.object({ input: z.string() }) });

/**
 * The end of every path: a job without a verdict gets one, and the short-lived credential goes. Called by the state
 * machine as its last state, and by the event of an execution that failed, timed out or was stopped before reaching
 * it. Repeating it is harmless.
 */
export const conclude = task({
  workflow: 'verification',
  name: 'conclude',
  needs: finishJobNeeds,
  async run(input, ports, { now }) {
    const event = executionEnded.safeParse(input);
    const at = jobReference.parse(event.success ? JSON.parse(event.data.detail.input) : input);
    await finishJob(at, ports, now());
    return at;
  },
});
