import * as z from 'zod/mini';
import { steps } from '../../core/diagnosis/catalogue.ts';
import type { Job, SavedSubject, SettledVerdict } from '../../core/records/job.ts';
import type { Finding, SurveyedBucket, Verdict } from '../../core/records/verdict.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { staleDue } from '../dynamodb/due-index.ts';
import { causeShape, credentialReferenceShape, diagnosisShape, savedTargetShape } from '../dynamodb/row-schemas.ts';

const finding = exactSchema<Finding>()(
  z.discriminatedUnion('result', [
    z.object({ result: z.literal('passed'), step: z.enum(steps), milliseconds: z.number() }),
    z.object({ result: z.literal('failed'), step: z.enum(steps), milliseconds: z.number(), diagnosis: diagnosisShape }),
    z.object({ result: z.literal('skipped'), step: z.enum(steps) }),
  ]),
);

const surveyed = exactSchema<SurveyedBucket>()(
  z.object({
    name: z.string(),
    region: z.exactOptional(z.string()),
    files: z.exactOptional(z.int()),
    bytes: z.exactOptional(z.int()),
  }),
);

const outcome = exactSchema<Verdict>()(
  z.discriminatedUnion('status', [
    z.object({
      status: z.literal('connected'),
      findings: z.array(finding),
      sample: z.array(z.object({ key: z.string(), size: z.number(), modifiedAt: z.exactOptional(z.number()) })),
      hasInfoLabels: z.boolean(),
      reformattedEndpoint: z.exactOptional(z.string()),
      buckets: z.exactOptional(z.array(surveyed)),
    }),
    z.object({ status: z.literal('error'), findings: z.array(finding), diagnosis: diagnosisShape }),
  ]),
);

const saved = exactSchema<SavedSubject>()(
  z.object({
    uid: z.string(),
    credentialVersion: z.string(),
    // Jobs that an earlier version of the service began have no cause: there was one only.
    cause: z._default(causeShape, { kind: 'user' }),
    credential: z.exactOptional(credentialReferenceShape),
  }),
);

/** A job with its verdict's parts beside the others, each written by another call. */
type JobRow = Omit<Job, 'verdict'> & Partial<SettledVerdict>;

/** A job's row in the connections table; `verdict` is put there by `settle`, `deliveredAt` by `deliver`. */
const jobRow = exactSchema<JobRow>()(
  z.object({
    fingerprint: z.string(),
    generation: z.int(),
    organizationId: z.int(),
    target: savedTargetShape,
    survey: z.exactOptional(z.literal(true)),
    saved: z.exactOptional(saved),
    startedAt: z.int(),
    deadlineAt: z.int(),
    expiresAt: z.int(),
    waitingFor: z.exactOptional(z.object({ diagnosis: diagnosisShape, hasAnswered: z.boolean() })),
    progress: z.exactOptional(z.object({ done: z.int(), total: z.int() })),
    outcome: z.exactOptional(outcome),
    settledAt: z.exactOptional(z.int()),
    deliveredAt: z.exactOptional(z.int()),
  }),
);

/** Where a fingerprint's job is. */
export const jobKey = (fingerprint: string) => ({ pk: `JOB#${fingerprint}`, sk: 'JOB' }) as const;

/** A new job as a row, which is due once nobody is at work on it any more. `ttl` is in seconds, as DynamoDB's own expiry wants it. */
export const toRow = (job: Job) => {
  const { verdict: _none, ...attributes } = job;
  return {
    ...jobKey(job.fingerprint),
    ...attributes,
    ...staleDue(job.fingerprint, job.deadlineAt),
    ttl: Math.ceil(job.expiresAt / 1000),
  };
};

/** Reads a row back. @throws when the table holds something else, which only another writer could have put there */
export function fromRow(row: unknown): Job {
  const { outcome, settledAt, deliveredAt, ...job } = jobRow.parse(row);
  if (!outcome || settledAt === undefined) return job;
  return { ...job, verdict: { outcome, settledAt, ...(deliveredAt !== undefined && { deliveredAt }) } };
}
