import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { operatorKeys } from '../../../platform/access/admin-keys.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { createKey } from './endpoint.ts';

export const handler = adminHandler(createKey, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'keys.write': operatorKeys(),
});
