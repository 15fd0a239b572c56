import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { locateConnection } from '../../../platform/connections/locate-connection.ts';
import { publishEvents } from '../../../platform/events/publish-events.ts';
import { reverify } from './endpoint.ts';

export const handler = adminHandler(reverify, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'connections.locate': locateConnection(),
  'events.publish': publishEvents,
});
