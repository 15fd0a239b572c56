import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { operatorOrganizations } from '../../platform/operator-organizations.ts';
import { disableOrganization } from './organizations.ts';

export const handler = operatorLambda(disableOrganization, {
  'audit.write': writeAudit(),
  'organizations.write': operatorOrganizations(),
});
