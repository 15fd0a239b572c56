import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { readConnections } from '../../../platform/connections/read-connections.ts';
import { listConnections } from './endpoint.ts';

export const handler = adminHandler(listConnections, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'connections.read': readConnections(),
});
