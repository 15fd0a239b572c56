import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { findWatched } from '../../../platform/connections/find-watched.ts';
import { locateConnection } from '../../../platform/connections/locate-connection.ts';
import { readConnections } from '../../../platform/connections/read-connections.ts';
import { writeAnnouncements } from '../../../platform/events/write-announcements.ts';
import { sendChecks } from '../../../platform/reverification/check-queue.ts';
import { findDue } from '../../../platform/reverification/find-due.ts';
import { sendNotices } from '../../../platform/reverification/storage-event-queue.ts';
import { writeChecks } from '../../../platform/reverification/write-checks.ts';
import { taskLambda } from '../../task-handler.ts';
import { notice } from './task.ts';

export const handler = taskLambda(notice, {
  'connections.read': readConnections(),
  'connections.locate': locateConnection(),
  'connections.watched': findWatched(),
  'organizations.list': operatorOrganizations(),
  'checks.due': findDue(),
  'checks.write': writeChecks(),
  'checks.send': sendChecks,
  'notices.send': sendNotices,
  'announcements.write': writeAnnouncements(),
});
