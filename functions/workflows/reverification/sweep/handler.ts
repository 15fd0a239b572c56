import { writeAnnouncements } from '../../../platform/events/write-announcements.ts';
import { sendChecks } from '../../../platform/reverification/check-queue.ts';
import { findDue } from '../../../platform/reverification/find-due.ts';
import { writeChecks } from '../../../platform/reverification/write-checks.ts';
import { taskHandler } from '../../task-handler.ts';
import { sweep } from './task.ts';

export const handler = taskHandler(sweep, {
  'checks.due': findDue(),
  'checks.write': writeChecks(),
  'checks.send': sendChecks,
  'announcements.write': writeAnnouncements(),
});
