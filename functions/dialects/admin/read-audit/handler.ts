import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { readAudit as readTrail } from '../../../platform/access/read-audit.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { readAudit } from './endpoint.ts';

export const handler = adminHandler(readAudit, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'audit.read': readTrail(),
});
