import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { disableOrganization } from './endpoint.ts';

export const handler = adminHandler(disableOrganization, {
  'audit.write': writeAudit(),
  'organizations.write': operatorOrganizations(),
});
