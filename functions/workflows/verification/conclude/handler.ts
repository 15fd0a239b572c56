import { verifiedConnections } from '../../../platform/connections/record-verdicts.ts';
import { deleteUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { releaseJobSlot } from '../../../platform/jobs/job-slots.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { readScheduleSettings } from '../../../platform/reverification/schedule-settings.ts';
import { taskHandler } from '../../task-handler.ts';
import { conclude } from './task.ts';

export const handler = taskHandler(conclude, {
  'jobs.write': jobs(),
  'jobSlots.release': releaseJobSlot(),
  'verdicts.write': verifiedConnections(),
  'schedule.read': readScheduleSettings,
  'unsavedCredentials.delete': deleteUnsavedCredential,
});
