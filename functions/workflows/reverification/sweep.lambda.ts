import { writeAnnouncements } from '../../platform/announcements.ts';
import { sendChecks } from '../../platform/check-queue.ts';
import { writeChecks } from '../../platform/connection-checks.ts';
import { findDue } from '../../platform/due-checks.ts';
import { taskLambda } from '../lambda.ts';
import { sweep } from './sweep.ts';

export const handler = taskLambda(sweep, {
  'checks.due': findDue(),
  'checks.write': writeChecks(),
  'checks.send': sendChecks,
  'announcements.write': writeAnnouncements(),
});
