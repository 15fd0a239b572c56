import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import { readConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { readUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { readScheduleSettings } from '../../../platform/reverification/schedule-settings.ts';
import { reachStorage } from '../../../platform/storage-adapter.ts';
import { taskHandler } from '../../task-handler.ts';
import { probe } from './task.ts';

export const handler = taskHandler(probe, {
  'jobs.write': jobs(),
  'unsavedCredentials.read': readUnsavedCredential,
  'verdicts.write': verifiedConnections(),
  'schedule.read': readScheduleSettings,
  'credentials.read': readConnectionCredential,
  'storage.reach': reachStorage(),
});
