import type { addConnectionNeeds } from '../../core/connections/add-connection.ts';
import type { Ports } from '../../core/ports.ts';
import { takeAllowance } from '../access/rate-limits.ts';
import { verifiedConnections } from '../connections/record-verdicts.ts';
import { writeConnections } from '../connections/write-connections.ts';
import { createConnectionCredential, deleteConnectionCredential } from '../credentials/connection-credentials.ts';
import { jobs } from '../jobs/job-table.ts';
import { startLoop } from '../jobs/start-loop.ts';
import { readScheduleSettings } from '../reverification/schedule-settings.ts';
import { reachStorage } from '../storage-adapter.ts';

/** The adapters of everything that adding a connection takes. */
export const addPorts = (): Pick<Ports, (typeof addConnectionNeeds)[number]> => ({
  'storage.reach': reachStorage(),
  'rateLimits.take': takeAllowance(),
  'connections.write': writeConnections(),
  'verdicts.write': verifiedConnections(),
  'schedule.read': readScheduleSettings,
  'credentials.create': createConnectionCredential,
  'credentials.delete': deleteConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
