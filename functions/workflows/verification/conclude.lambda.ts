import { recordVerification } from '../../platform/connection-verified.ts';
import { jobs } from '../../platform/jobs.ts';
import { deleteUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { leaveUnsavedJob } from '../../platform/unsaved-jobs.ts';
import { taskLambda } from '../lambda.ts';
import { conclude } from './conclude.ts';

export const handler = taskLambda(conclude, {
  'jobs.write': jobs(),
  'unsavedJobs.leave': leaveUnsavedJob(),
  'connections.verified': recordVerification,
  'unsavedCredentials.delete': deleteUnsavedCredential,
});
