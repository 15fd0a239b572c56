import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { findWatched } from '../../../platform/connections/find-watched.ts';
import { locateConnection } from '../../../platform/connections/locate-connection.ts';
import { readConnections } from '../../../platform/connections/read-connections.ts';
import { writeAnnouncements } from '../../../platform/events/write-announcements.ts';
import { sendChecks } from '../../../platform/reverification/check-queue.ts';
import { findDue } from '../../../platform/reverification/find-due.ts';
import { sendStorageEvents } from '../../../platform/reverification/storage-event-queue.ts';
import { writeChecks } from '../../../platform/reverification/write-checks.ts';
import { taskHandler } from '../../task-handler.ts';
import { storageEvent } from './task.ts';

export const handler = taskHandler(storageEvent, {
  'connections.read': readConnections(),
  'connections.locate': locateConnection(),
  'connections.watched': findWatched(),
  'organizations.list': operatorOrganizations(),
  'checks.due': findDue(),
  'checks.write': writeChecks(),
  'checks.send': sendChecks,
  'storageEvents.send': sendStorageEvents,
  'announcements.write': writeAnnouncements(),
});
