import type { Ports } from '../core/ports.ts';
import type { verifySavedNeeds } from '../core/verify-saved.ts';
import { readCheckTimes } from './check-times.ts';
import { readConnectionCredential } from './connection-credentials.ts';
import { readConnections } from './connections.ts';
import { readFingerprintKey } from './fingerprint-key.ts';
import { jobs } from './jobs.ts';
import { takeAllowance } from './limits.ts';
import { startLoop } from './loop.ts';
import { reachStorage } from './storage.ts';
import { createUnsavedCredential } from './unsaved-credentials.ts';
import { admitUnsavedJob, leaveUnsavedJob } from './unsaved-jobs.ts';
import { verifiedConnections } from './verified-connections.ts';

/** The adapters of everything that verifying takes, with a credential that was sent or one that is stored. */
export const verifyPorts = (): Pick<Ports, (typeof verifySavedNeeds)[number]> => ({
  'storage.reach': reachStorage(),
  'limits.take': takeAllowance(),
  'jobs.write': jobs(),
  'unsavedJobs.admit': admitUnsavedJob(),
  'unsavedJobs.leave': leaveUnsavedJob(),
  'unsavedCredentials.create': createUnsavedCredential,
  'fingerprintKey.read': readFingerprintKey,
  'loop.start': startLoop,
  'connections.read': readConnections(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'credentials.read': readConnectionCredential,
});
