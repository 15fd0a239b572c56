import { organizations } from '../../../platform/access/organizations.ts';
import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import {
  markConnectionCredential,
  readConnectionCredential,
  readCurrentConnectionCredential,
} from '../../../platform/credentials/connection-credentials.ts';
import { publishEvents } from '../../../platform/events/publish-events.ts';
import { writeAnnouncements } from '../../../platform/events/write-announcements.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { startLoop } from '../../../platform/jobs/start-loop.ts';
import { readScheduleSettings } from '../../../platform/reverification/schedule-settings.ts';
import { writeChecks } from '../../../platform/reverification/write-checks.ts';
import { reachStorage } from '../../../platform/storage-adapter.ts';
import { taskHandler } from '../../task-handler.ts';
import { check } from './task.ts';

export const handler = taskHandler(check, {
  'organizations.read': organizations(),
  'checks.write': writeChecks(),
  'schedule.read': readScheduleSettings,
  'verdicts.write': verifiedConnections(),
  'credentials.read': readConnectionCredential,
  'credentials.mark': markConnectionCredential,
  'credentials.current': readCurrentConnectionCredential,
  'storage.reach': reachStorage(),
  'jobs.write': jobs(),
  'loop.start': startLoop,
  'announcements.write': writeAnnouncements(),
  'events.publish': publishEvents,
});
