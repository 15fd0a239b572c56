import { readCheckTimes } from '../../platform/check-times.ts';
import { writeChecks } from '../../platform/connection-checks.ts';
import { deleteConnectionCredential } from '../../platform/connection-credentials.ts';
import { locateConnection } from '../../platform/connection-place.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { janitorPlaces } from '../../platform/janitor-place.ts';
import { mendConnections } from '../../platform/janitor-rows.ts';
import { listSecrets, retireConnectionCredential } from '../../platform/janitor-secrets.ts';
import { findStale } from '../../platform/janitor-stale.ts';
import { jobs } from '../../platform/jobs.ts';
import { logJanitor } from '../../platform/log.ts';
import { operatorOrganizations } from '../../platform/operator-organizations.ts';
import { deleteUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { leaveUnsavedJob } from '../../platform/unsaved-jobs.ts';
import { verifiedConnections } from '../../platform/verified-connections.ts';
import { taskLambda } from '../lambda.ts';
import { janitor } from './janitor.ts';

export const handler = taskLambda(janitor, {
  'jobs.write': jobs(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'unsavedJobs.leave': leaveUnsavedJob(),
  'unsavedCredentials.delete': deleteUnsavedCredential,
  'stale.find': findStale(),
  'connections.write': writeConnections(),
  'connections.mend': mendConnections(),
  'connections.locate': locateConnection(),
  'checks.write': writeChecks(),
  'credentials.delete': deleteConnectionCredential,
  'credentials.retire': retireConnectionCredential,
  'secrets.list': listSecrets,
  'organizations.list': operatorOrganizations(),
  'janitor.place': janitorPlaces(),
}).after(({ response }) => {
  if (response) logJanitor(response);
});
