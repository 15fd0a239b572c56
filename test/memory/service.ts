import type { LimitSubject } from '../../functions/core/access/rate-limit.ts';
import type { SavedContext } from '../../functions/core/connections/verify-connection.ts';
import type { Diagnosis } from '../../functions/core/diagnosis/diagnosis.ts';
import type { ReverifyRequested, ServiceEvent } from '../../functions/core/events/events.ts';
import type { Ports } from '../../functions/core/ports.ts';
import type { CheckMessage, StorageEventMessage } from '../../functions/core/records/check-ports.ts';
import type { JobReference } from '../../functions/core/records/job.ts';
import type { ScheduleSettings } from '../../functions/core/records/schedule.ts';
import type { StoredObject } from '../../functions/core/storage/storage.ts';
import type { TaskContext } from '../../functions/workflows/task.ts';
import { conclude } from '../../functions/workflows/verification/conclude/task.ts';
import { probe } from '../../functions/workflows/verification/probe/task.ts';
import { memoryAudit } from './audit.ts';
import { memoryCredentials } from './connection-credentials.ts';
import { memoryConnections } from './connections.ts';
import { memoryHistory } from './history.ts';
import { memoryJanitor } from './janitor.ts';
import { memoryJobs } from './jobs.ts';
import { memoryKeyUse } from './key-use.ts';
import { memoryKeys } from './keys.ts';
import { memoryLimits } from './limits.ts';
import { memoryOrganizations } from './organizations.ts';
import { type MemoryBuckets, memoryStorage } from './storage.ts';
import { memoryVault } from './unsaved-credentials.ts';
import { memoryUnsavedJobs } from './unsaved-jobs.ts';

interface Options {
  readonly objects?: readonly StoredObject[];
  /** Instead of `objects`: the buckets of an account. */
  readonly buckets?: MemoryBuckets;
  /** What is wrong with the storage at its nth listing. */
  readonly wrong?: (call: number) => Diagnosis | undefined;
  readonly limits?: Readonly<Record<LimitSubject['kind'], number>>;
  /** ARNs of the roles that can be assumed without an external id. */
  readonly openRoles?: readonly string[];
  /** How many unsaved jobs may run at a time. */
  readonly places?: number;
  readonly times?: ScheduleSettings;
}

/** Everything the service needs of the world, in memory, on a clock that the test turns. */
export function memoryService({
  objects = [],
  buckets,
  wrong = () => undefined,
  limits,
  places,
  openRoles,
  times = { healthyMinutes: 1_440, failingMinutes: 15, settleMinutes: 15 },
}: Options = {}) {
  let now = Date.UTC(2026, 0, 1);
  const started: JobReference[] = [];
  const reported: unknown[] = [];
  const sent: CheckMessage[] = [];
  const notices: StorageEventMessage[] = [];
  const published: (ServiceEvent | ReverifyRequested)[] = [];
  const jobs = memoryJobs();
  const unsavedJobs = memoryUnsavedJobs(places);
  const vault = memoryVault({ now: () => now });
  const storage = memoryStorage(buckets ?? objects, wrong, undefined, openRoles);
  const history = memoryHistory({ now: () => now });
  const connections = memoryConnections(history);
  const credentials = memoryCredentials({ now: () => now });
  const janitor = memoryJanitor({ jobs, connections, vault, credentials });
  const organizations = memoryOrganizations();
  const keys = memoryKeys(organizations);
  const audit = memoryAudit({ now: () => now });
  const use = memoryKeyUse();
  const ports: Ports = {
    'keys.read': keys,
    'organizations.read': organizations,
    'tokens.verify': async () => undefined,
    'webhookSenders.verify': async () => undefined,
    'keyUse.record': use.note,
    'audit.write': audit.write,
    'rateLimits.take': memoryLimits(limits).take,
    'jobs.write': jobs,
    'jobSlots.take': unsavedJobs.admit,
    'jobSlots.release': unsavedJobs.leave,
    'unsavedCredentials.create': vault.create,
    'unsavedCredentials.read': vault.read,
    'unsavedCredentials.delete': vault.remove,
    'fingerprintKey.read': async () => ({ id: 'key-1', key: 'fingerprint key' }),
    'loop.start': async ({ fingerprint, generation }) => void started.push({ fingerprint, generation }),
    'storage.reach': storage,
    'connections.read': connections.write,
    'connections.write': connections.write,
    'verdicts.write': connections.verified,
    'connections.locate': connections.locate,
    'connections.watched': connections.watched,
    'schedule.read': () => times,
    'checks.due': connections.due,
    'checks.write': connections.checks,
    'checks.send': async (messages) => void sent.push(...structuredClone(messages)),
    'storageEvents.send': async (more) => void notices.push(...structuredClone(more)),
    'history.read': history.read,
    'announcements.write': history.announcements,
    'events.publish': async (events) => void published.push(...structuredClone(events)),
    'events.busArn': () => 'arn:aws:events:eu-west-1:123456789012:event-bus/storage-connections',
    'credentials.create': credentials.create,
    'credentials.mark': credentials.mark,
    'credentials.rotate': credentials.rotate,
    'credentials.read': credentials.read,
    'credentials.current': credentials.current,
    'credentials.delete': credentials.remove,
    'credentials.retire': janitor.retire,
    'secrets.list': janitor.secrets,
    'stale.find': janitor.stale,
    'connections.repair': janitor.mend,
    'janitor.cursor': janitor.places,
    'account.read': () => '123456789012',
    'organizations.list': organizations,
    'organizations.write': organizations,
    'keys.list': keys,
    'keys.write': keys,
    'keyUse.read': use.read,
    'audit.read': audit.read,
  };
  const context = (): SavedContext => ({
    now,
    actor: { kind: 'key', key: 'k' },
    clock: () => now,
    random: Math.random,
    deadline: new AbortController().signal,
    report: (error) => void reported.push(error),
  });
  /** What a task knows of its moment. */
  const task = (): TaskContext => ({
    ...{ ...context(), now: () => now, surveyDeadline: new AbortController().signal },
  });
  return {
    ...{ ports, context, task, reported, started, jobs, unsavedJobs, vault, storage, connections, credentials },
    ...{ organizations, keys, audit, janitor },
    /** What was sent, in order: messages of checks, notices, events on the bus; and the lines of histories. */
    ...{ sent, notices, published, history },
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** Runs the loop of the last job to its end as the state machine would, turning the clock by its waits. */
    async loop() {
      let input = { ...started.at(-1), attempt: 0 };
      for (;;) {
        const output = await probe.run(input, ports, task());
        if (output.next === 'done') break;
        now += output.waitSeconds * 1000;
        input = output;
      }
      await conclude.run(input, ports, task());
    },
  };
}
