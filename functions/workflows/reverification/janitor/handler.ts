import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { locateConnection } from '../../../platform/connections/locate-connection.ts';
import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import { writeConnections } from '../../../platform/connections/write-connections.ts';
import { deleteConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { deleteUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { janitorPlaces } from '../../../platform/janitor/cursor.ts';
import { listSecrets, retireConnectionCredential } from '../../../platform/janitor/orphaned-secrets.ts';
import { mendConnections } from '../../../platform/janitor/reservations.ts';
import { findStale } from '../../../platform/janitor/stale-rows.ts';
import { leaveUnsavedJob } from '../../../platform/jobs/job-slots.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { readCheckTimes } from '../../../platform/reverification/schedule-settings.ts';
import { writeChecks } from '../../../platform/reverification/write-checks.ts';
import { logJanitor } from '../../../platform/runtime/log.ts';
import { taskLambda } from '../../task-handler.ts';
import { janitor } from './task.ts';

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
