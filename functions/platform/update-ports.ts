import type { Ports } from '../core/ports.ts';
import type { updateConnectionNeeds } from '../core/update-connection.ts';
import { readCheckTimes } from './check-times.ts';
import { readConnectionCredential, rotateConnectionCredential } from './connection-credentials.ts';
import { writeConnections } from './connection-writes.ts';
import { jobs } from './jobs.ts';
import { takeAllowance } from './limits.ts';
import { startLoop } from './loop.ts';
import { reachStorage } from './storage.ts';
import { verifiedConnections } from './verified-connections.ts';

/** The adapters of everything that changing a connection takes. */
export const updatePorts = (): Pick<Ports, (typeof updateConnectionNeeds)[number]> => ({
  'storage.reach': reachStorage(),
  'limits.take': takeAllowance(),
  'connections.write': writeConnections(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'credentials.rotate': rotateConnectionCredential,
  'credentials.read': readConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
