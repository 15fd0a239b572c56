import type { addConnectionNeeds } from '../core/add-connection.ts';
import type { Ports } from '../core/ports.ts';
import { readCheckTimes } from './check-times.ts';
import { createConnectionCredential, deleteConnectionCredential } from './connection-credentials.ts';
import { writeConnections } from './connection-writes.ts';
import { jobs } from './jobs.ts';
import { takeAllowance } from './limits.ts';
import { startLoop } from './loop.ts';
import { reachStorage } from './storage.ts';
import { verifiedConnections } from './verified-connections.ts';

/** The adapters of everything that adding a connection takes. */
export const addPorts = (): Pick<Ports, (typeof addConnectionNeeds)[number]> => ({
  'storage.reach': reachStorage(),
  'limits.take': takeAllowance(),
  'connections.write': writeConnections(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'credentials.create': createConnectionCredential,
  'credentials.delete': deleteConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
