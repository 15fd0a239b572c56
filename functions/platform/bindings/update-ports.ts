import type { updateConnectionNeeds } from '../../core/connections/update-connection.ts';
import type { Ports } from '../../core/ports.ts';
import { takeAllowance } from '../access/rate-limits.ts';
import { verifiedConnections } from '../connections/record-verdicts.ts';
import { writeConnections } from '../connections/write-connections.ts';
import { readConnectionCredential, rotateConnectionCredential } from '../credentials/connection-credentials.ts';
import { jobs } from '../jobs/job-table.ts';
import { startLoop } from '../jobs/start-loop.ts';
import { readScheduleSettings } from '../reverification/schedule-settings.ts';
import { reachStorage } from '../storage-adapter.ts';

/** The adapters of everything that changing a connection takes. */
export const updatePorts = (): Pick<Ports, (typeof updateConnectionNeeds)[number]> => ({
  'storage.reach': reachStorage(),
  'rateLimits.take': takeAllowance(),
  'connections.write': writeConnections(),
  'verdicts.write': verifiedConnections(),
  'schedule.read': readScheduleSettings,
  'credentials.rotate': rotateConnectionCredential,
  'credentials.read': readConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
