import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { operatorKeys } from '../../../platform/access/admin-keys.ts';
import { readKeyUse } from '../../../platform/access/key-use.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { revokeKey } from './endpoint.ts';

export const handler = adminHandler(revokeKey, {
  'audit.write': writeAudit(),
  'keys.write': operatorKeys(),
  'keyUse.read': readKeyUse,
});
