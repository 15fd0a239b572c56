import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { getOrganization } from './organizations.ts';

// Not those that other functions remember for a while: an operator sees what they have just done.
export const handler = operatorLambda(getOrganization, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
});
