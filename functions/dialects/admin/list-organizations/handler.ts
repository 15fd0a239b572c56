import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { operatorOrganizations } from '../../../platform/access/admin-organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { listOrganizations } from './endpoint.ts';

export const handler = adminHandler(listOrganizations, {
  'audit.write': writeAudit(),
  'organizations.list': operatorOrganizations(),
});
