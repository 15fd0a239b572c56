import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import { deleteUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { leaveUnsavedJob } from '../../../platform/jobs/job-slots.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { readCheckTimes } from '../../../platform/reverification/schedule-settings.ts';
import { taskLambda } from '../../task-handler.ts';
import { conclude } from './task.ts';

export const handler = taskLambda(conclude, {
  'jobs.write': jobs(),
  'unsavedJobs.leave': leaveUnsavedJob(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'unsavedCredentials.delete': deleteUnsavedCredential,
});
