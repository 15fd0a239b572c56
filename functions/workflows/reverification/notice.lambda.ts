import { writeAnnouncements } from '../../platform/announcements.ts';
import { sendChecks } from '../../platform/check-queue.ts';
import { writeChecks } from '../../platform/connection-checks.ts';
import { locateConnection } from '../../platform/connection-place.ts';
import { readConnections } from '../../platform/connections.ts';
import { findDue } from '../../platform/due-checks.ts';
import { sendNotices } from '../../platform/notice-queue.ts';
import { operatorOrganizations } from '../../platform/operator-organizations.ts';
import { findWatched } from '../../platform/watched-index.ts';
import { taskLambda } from '../lambda.ts';
import { notice } from './notice.ts';

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
