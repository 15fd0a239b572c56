import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { locateConnection } from '../../../platform/connections/locate-connection.ts';
import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import { writeConnections } from '../../../platform/connections/write-connections.ts';
import { deleteConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { deleteUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { janitorCursorStore } from '../../../platform/janitor/cursor.ts';
import { listSecrets, retireConnectionCredential } from '../../../platform/janitor/orphaned-secrets.ts';
import { repairConnections } from '../../../platform/janitor/reservations.ts';
import { findStale } from '../../../platform/janitor/stale-rows.ts';
import { releaseJobSlot } from '../../../platform/jobs/job-slots.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { readScheduleSettings } from '../../../platform/reverification/schedule-settings.ts';
import { writeChecks } from '../../../platform/reverification/write-checks.ts';
import { logJanitor } from '../../../platform/runtime/log.ts';
import { taskHandler } from '../../task-handler.ts';
import { janitor } from './task.ts';

export const handler = taskHandler(janitor, {
  'jobs.write': jobs(),
  'verdicts.write': verifiedConnections(),
  'schedule.read': readScheduleSettings,
  'jobSlots.release': releaseJobSlot(),
  'unsavedCredentials.delete': deleteUnsavedCredential,
  'stale.find': findStale(),
  'connections.write': writeConnections(),
  'connections.repair': repairConnections(),
  'connections.locate': locateConnection(),
  'checks.write': writeChecks(),
  'credentials.delete': deleteConnectionCredential,
  'credentials.retire': retireConnectionCredential,
  'secrets.list': listSecrets,
  'organizations.list': operatorOrganizations(),
  'janitor.cursor': janitorCursorStore(),
}).after(({ response }) => {
  if (response) logJanitor(response);
});
