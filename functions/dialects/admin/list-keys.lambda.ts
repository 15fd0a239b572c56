import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { readKeyUse } from '../../platform/key-use.ts';
import { operatorKeys } from '../../platform/operator-keys.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { listKeys } from './keys.ts';

export const handler = operatorLambda(listKeys, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'keys.list': operatorKeys(),
  'keyUse.read': readKeyUse,
});
