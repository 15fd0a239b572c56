import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { getOrganization } from './endpoint.ts';

// Not those that other functions remember for a while: an operator sees what they have just done.
export const handler = adminHandler(getOrganization, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
});
