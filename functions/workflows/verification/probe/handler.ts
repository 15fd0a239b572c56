import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import { readConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { readUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { readCheckTimes } from '../../../platform/reverification/schedule-settings.ts';
import { reachStorage } from '../../../platform/storage-adapter.ts';
import { taskLambda } from '../../task-handler.ts';
import { probe } from './task.ts';

export const handler = taskLambda(probe, {
  'jobs.write': jobs(),
  'unsavedCredentials.read': readUnsavedCredential,
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'credentials.read': readConnectionCredential,
  'storage.reach': reachStorage(),
});
