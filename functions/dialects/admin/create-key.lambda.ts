import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { operatorKeys } from '../../platform/operator-keys.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { createKey } from './keys.ts';

export const handler = operatorLambda(createKey, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'keys.write': operatorKeys(),
});
