import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { createOrganization } from './endpoint.ts';

export const handler = adminHandler(createOrganization, {
  'audit.write': writeAudit(),
  'organizations.write': operatorOrganizations(),
});
