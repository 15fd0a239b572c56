import { readCheckTimes } from '../../platform/check-times.ts';
import { jobs } from '../../platform/jobs.ts';
import { deleteUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { leaveUnsavedJob } from '../../platform/unsaved-jobs.ts';
import { verifiedConnections } from '../../platform/verified-connections.ts';
import { taskLambda } from '../lambda.ts';
import { conclude } from './conclude.ts';

export const handler = taskLambda(conclude, {
  'jobs.write': jobs(),
  'unsavedJobs.leave': leaveUnsavedJob(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'unsavedCredentials.delete': deleteUnsavedCredential,
});
