import * as z from 'zod/mini';
import { nextStep } from '../../../core/jobs/retry-policy.ts';
import { settleJob, settleJobNeeds } from '../../../core/jobs/settle-job.ts';
import type { Ports } from '../../../core/ports.ts';
import type { Job, WaitingFor } from '../../../core/records/job.ts';
import { jobTimes } from '../../../core/records/timeouts.ts';
import { toInterrupted } from '../../../core/records/verdict.ts';
import { task } from '../../task.ts';
import { jobReference } from '../job-reference.ts';
import { probeStorage } from './probe-storage.ts';

const probeInput = z.extend(jobReference, { attempt: z.int().check(z.nonnegative()) });
type ProbeInput = z.infer<typeof probeInput>;

/** What the state machine acts on, and the input of the next pass. `waitSeconds` counts only with `wait`. */
export interface ProbeOutput extends ProbeInput {
  readonly next: 'wait' | 'done';
  readonly waitSeconds: number;
}

/**
 * One pass of the polling loop. Repeating it is harmless: a job that has its verdict, or whose place another
 * generation has taken, is left alone.
 */
export const probe = task({
  workflow: 'verification',
  name: 'probe',
  needs: [...settleJobNeeds, 'unsavedCredentials.read', 'credentials.read', 'storage.reach'],
  async run(input, ports, context): Promise<ProbeOutput> {
    const { now } = context;
    const at = probeInput.parse(input);
    const jobs = ports['jobs.write'];
    const done = { ...at, next: 'done', waitSeconds: 0 } as const;
    const again = async (seconds: number, waitingFor?: WaitingFor): Promise<ProbeOutput> => {
      const extended = await jobs.extend(at, now() + seconds * 1000 + jobTimes.lease, waitingFor);
      return extended ? { ...at, attempt: at.attempt + 1, next: 'wait', waitSeconds: seconds } : done;
    };

    const job = await jobs.read(at.fingerprint);
    if (!job || !isRunning(job, at)) return done;
    const credential = await credentialOf(job, ports);
    if (!credential) {
      // Attempts before the credential arrived are not attempts at the storage.
      if (now() < job.startedAt + jobTimes.credential) return { ...(await again(1)), attempt: at.attempt };
      await settleJob(job, toInterrupted(), now(), ports);
      return done;
    }
    const move = nextStep(await probeStorage(job, credential, ports, context), job, at.attempt, now());
    switch (move.move) {
      case 'wait':
        return again(move.seconds, move.waitingFor);
      case 'settle':
        await settleJob(job, move.outcome, now(), ports);
        return done;
    }
  },
});

const isRunning = (job: Job, at: ProbeInput): boolean => job.generation === at.generation && job.verdict === undefined;

const credentialOf = (job: Job, ports: Pick<Ports, 'unsavedCredentials.read' | 'credentials.read'>) =>
  job.saved
    ? ports['credentials.read'](job.saved.uid, job.saved.credential?.version ?? job.saved.credentialVersion)
    : ports['unsavedCredentials.read'](job);
