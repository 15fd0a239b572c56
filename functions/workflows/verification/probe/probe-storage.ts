import { surveyAccount } from '../../../core/jobs/survey-account.ts';
import type { Ports } from '../../../core/ports.ts';
import type { Job } from '../../../core/records/job.ts';
import type { Verdict } from '../../../core/records/verdict.ts';
import type { Credential } from '../../../core/storage/credential.ts';
import { checkExternalId } from '../../../core/verification/check-external-id.ts';
import { verifyAccount } from '../../../core/verification/verify-account.ts';
import { verifyBucket } from '../../../core/verification/verify-bucket.ts';
import type { TaskContext } from '../../task.ts';

/** One pass over what a job is about: a bucket, or an account and, where the job wants that, what is in its buckets. */
export async function probeStorage(
  job: Job,
  credential: Credential,
  ports: Pick<Ports, 'jobs.write' | 'storage.reach'>,
  context: TaskContext,
): Promise<Verdict> {
  const storage = ports['storage.reach'];
  const { target } = job;
  const { bucket } = target;
  if (bucket !== undefined) {
    const pass = await verifyBucket(await storage.open({ ...target, bucket }, credential, context.deadline), context);
    return checkExternalId(pass, credential, storage);
  }

  const report = (progress: NonNullable<Job['progress']>) => ports['jobs.write'].progress(job, progress);
  if (job.survey && !job.progress) await report({ done: 0, total: 0 });
  const { clock, surveyDeadline: deadline } = context;
  const opened = await storage.openAccount(target, credential, context.deadline);
  const { outcome: pass, buckets } = await verifyAccount(opened, clock);
  const outcome = await checkExternalId(pass, credential, storage);
  if (outcome.status === 'error' || !job.survey) return outcome;
  return {
    ...outcome,
    buckets: await surveyAccount(buckets, { target, credential, storage, deadline, clock, report }),
  };
}
