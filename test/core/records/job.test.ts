import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnosisCodes } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose, settlingOf } from '../../../functions/core/diagnosis/diagnosis.ts';
import { nextStep, waitSecondsAfter } from '../../../functions/core/jobs/retry-policy.ts';
import { type Job, nextJob, standingAt } from '../../../functions/core/records/job.ts';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { toFailure, type Verdict } from '../../../functions/core/records/verdict.ts';

const start = Date.UTC(2026, 0, 1);
const target = { provider: 'azure', endpoint: 'https://a.example.com', bucket: 'b', prefix: '' } as const;
const job = nextJob({ fingerprint: 'f', organizationId: 1, target }, undefined, start);
const connected: Verdict = { status: 'connected', findings: [], sample: [], hasInfoLabels: false };
const settled = (outcome: Verdict, deliveredAt?: number): Job => ({
  ...job,
  verdict: { outcome, settledAt: start, ...(deliveredAt !== undefined && { deliveredAt }) },
});

const plainCodes = diagnosisCodes.filter((code) => code !== 'region-wrong');
const failures = fc.constantFrom(...plainCodes).map((code): Verdict => toFailure(diagnose(code), 1));

describe('where a job stands', () => {
  test('it runs until its deadline and is overdue from there on', () => {
    expect(standingAt(job, job.deadlineAt - 1).kind).toBe('running');
    expect(standingAt(job, job.deadlineAt).kind).toBe('overdue');
  });

  test('a verdict waits for its caller and is served for a while after', () => {
    const long = start + jobTimes.kept - 1;
    expect(standingAt(settled(connected), long).kind).toBe('settled');
    expect(standingAt(settled(connected, start), start + jobTimes.served - 1).kind).toBe('settled');
    expect(standingAt(settled(connected, start), start + jobTimes.served).kind).toBe('none');
  });

  test('a failure that was delivered is served only as long as others who poll need it', () => {
    const failed = toFailure(diagnose('list-denied'), 1);
    expect(standingAt(settled(failed), start + jobTimes.kept - 1).kind).toBe('settled');
    expect(standingAt(settled(failed, start), start + jobTimes.servedFailed - 1).kind).toBe('settled');
    expect(standingAt(settled(failed, start), start + jobTimes.servedFailed).kind).toBe('none');
  });

  test('a survey is over once its verdict was delivered, and answers the same request for a while before that', () => {
    const survey = (deliveredAt?: number): Job => ({ ...settled(connected, deliveredAt), survey: true });
    expect(standingAt(survey(), start + jobTimes.served - 1).kind).toBe('settled');
    expect(standingAt(survey(), start + jobTimes.served).kind).toBe('none');
    expect(standingAt(survey(start + 1), start + 1).kind).toBe('none');
  });

  test('an interruption is told once, then the next request may try anew', () => {
    const interrupted = toFailure(diagnose('interrupted'), 0);
    expect(standingAt(settled(interrupted), start + 1).kind).toBe('settled');
    expect(standingAt(settled(interrupted, start + 1), start + 1).kind).toBe('none');
  });

  test('a row past its expiry does not count, though the table still has it', () => {
    expect(standingAt(settled(connected), job.expiresAt).kind).toBe('none');
    expect(standingAt(undefined, start).kind).toBe('none');
  });
});

test('generations only grow, whatever the clocks say', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 42 }), { minLength: 2, maxLength: 20 }), (clocks) => {
      let seen: Job | undefined;
      for (const now of clocks) {
        const next = nextJob(job, seen, now);
        expect(next.generation).toBeGreaterThan(seen?.generation ?? -1);
        seen = next;
      }
    }),
  );
});

describe('the loop', () => {
  test('ends in a verdict within its time, whatever the storage answers', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.oneof(failures, { arbitrary: fc.constant(connected), weight: 1 })),
        (outcomes) => {
          let now = start;
          for (let attempt = 0; ; attempt++) {
            expect(now).toBeLessThan(start + jobTimes.polling);
            const move = nextStep(outcomes.next().value, job, attempt, now);
            if (move.move === 'settle') return;
            expect(move.seconds).toBeGreaterThanOrEqual(1);
            expect(Number.isInteger(move.seconds)).toBe(true);
            now += move.seconds * 1000;
          }
        },
      ),
    );
  });

  test('settles what can only be wrong at once, and success always', () => {
    const never = plainCodes.filter((code) => settlingOf(code).kind === 'never');
    for (const code of never) {
      expect(nextStep(toFailure(diagnose(code), 1), job, 0, start).move, code).toBe('settle');
    }
    expect(nextStep(connected, job, 0, start)).toEqual({ move: 'settle', outcome: connected });
  });

  /** Passes until the verdict, for a storage that always answers the same. */
  const lifeOf = (code: (typeof plainCodes)[number], of: Job = job) => {
    let now = start;
    for (let attempt = 0; ; attempt++) {
      const move = nextStep(toFailure(diagnose(code), 1), of, attempt, now);
      if (move.move === 'settle') return { passes: attempt + 1, seconds: (now - start) / 1000 };
      now += move.seconds * 1000;
    }
  };

  // functions/providers/README.md, "Connecting or error".
  test.each([
    'bucket-not-found',
    'account-suspended',
    'account-key-disabled',
    'account-key-malformed',
    'address-not-allowed',
  ] as const)('%s is an error at once', (code) => expect(lifeOf(code)).toEqual({ passes: 1, seconds: 0 }));

  test('a wrong account key gets two more tries, in case it is being regenerated', () => {
    expect(lifeOf('account-key-wrong')).toEqual({ passes: 3, seconds: 3 });
  });

  test.each(['network-not-allowed', 'account-host-not-found'] as const)(
    '%s may settle in the first minutes',
    (code) => {
      const { seconds } = lifeOf(code);
      expect(seconds).toBeGreaterThanOrEqual(180);
      expect(seconds).toBeLessThan(240);
    },
  );

  /** A job of the schedule, for which no person waits. */
  const scheduled: Job = { ...job, saved: { uid: 'u', credentialVersion: 'v', cause: { kind: 'schedule' } } };

  test.each(['connection-timed-out', 'name-lookup-failed'] as const)(
    '%s ends within a minute where a person waits, and is waited for by the schedule',
    (code) => {
      expect(lifeOf(code).seconds + jobTimes.attempt / 1000).toBeLessThanOrEqual(60);
      expect(lifeOf(code).passes).toBeGreaterThan(3);
      expect(lifeOf(code, scheduled).seconds).toBeGreaterThan(jobTimes.polling / 1000 - 60);
    },
  );

  test('a storage that answered once, be it with a failure, is waited for although it is silent now', () => {
    const waitingFor = { diagnosis: diagnose('storage-failed'), hasAnswered: true } as const;
    expect(lifeOf('connection-timed-out', { ...job, waitingFor }).seconds).toBeGreaterThan(
      jobTimes.polling / 1000 - 60,
    );
  });

  test('what is waited for is told, and whether the storage has answered', () => {
    const move = (code: (typeof plainCodes)[number]) => nextStep(toFailure(diagnose(code), 1), job, 0, start);
    expect(move('storage-failed')).toMatchObject({
      waitingFor: { diagnosis: { code: 'storage-failed' }, hasAnswered: true },
    });
    expect(move('connection-timed-out')).toMatchObject({ waitingFor: { hasAnswered: false } });
  });

  test.each(['bucket-being-deleted', 'account-being-created', 'storage-busy', 'storage-failed'] as const)(
    '%s is waited for until the polling ends',
    (code) => {
      const { seconds } = lifeOf(code);
      expect(seconds).toBeGreaterThan(jobTimes.polling / 1000 - 60);
      expect(seconds).toBeLessThan(jobTimes.polling / 1000);
    },
  );

  test('waits ever longer, half a minute at most', () => {
    const waits = Array.from({ length: 20 }, (_, attempt) => waitSecondsAfter(attempt));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect([waits[0], waits.at(-1)]).toEqual([1, 30]);
  });

  test('is never silent for longer than its lease beyond the wait it announced', () => {
    expect(waitSecondsAfter(Number.MAX_SAFE_INTEGER) * 1000).toBeLessThan(jobTimes.lease);
    expect(jobTimes.polling + jobTimes.lease).toBeLessThanOrEqual(jobTimes.execution);
    expect(jobTimes.served).toBeGreaterThan(60_000);
  });
});
