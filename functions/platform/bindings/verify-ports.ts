import type { verifyConnectionNeeds } from '../../core/connections/verify-connection.ts';
import type { Ports } from '../../core/ports.ts';
import { takeAllowance } from '../access/rate-limits.ts';
import { readConnections } from '../connections/read-connections.ts';
import { verifiedConnections } from '../connections/record-verdicts.ts';
import { readConnectionCredential } from '../credentials/connection-credentials.ts';
import { readFingerprintKey } from '../credentials/fingerprint-key.ts';
import { createUnsavedCredential } from '../credentials/unsaved-credentials.ts';
import { releaseJobSlot, takeJobSlot } from '../jobs/job-slots.ts';
import { jobs } from '../jobs/job-table.ts';
import { startLoop } from '../jobs/start-loop.ts';
import { readScheduleSettings } from '../reverification/schedule-settings.ts';
import { reachStorage } from '../storage-adapter.ts';

/** The adapters of everything that verifying takes, with a credential that was sent or one that is stored. */
export const verifyPorts = (): Pick<Ports, (typeof verifyConnectionNeeds)[number]> => ({
  'storage.reach': reachStorage(),
  'rateLimits.take': takeAllowance(),
  'jobs.write': jobs(),
  'jobSlots.take': takeJobSlot(),
  'jobSlots.release': releaseJobSlot(),
  'unsavedCredentials.create': createUnsavedCredential,
  'fingerprintKey.read': readFingerprintKey,
  'loop.start': startLoop,
  'connections.read': readConnections(),
  'verdicts.write': verifiedConnections(),
  'schedule.read': readScheduleSettings,
  'credentials.read': readConnectionCredential,
});
