import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { operatorKeys } from '../../../platform/access/admin-keys.ts';
import { readKeyUse } from '../../../platform/access/key-use.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { listKeys } from './endpoint.ts';

export const handler = adminHandler(listKeys, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'keys.list': operatorKeys(),
  'keyUse.read': readKeyUse,
});
