import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { operatorOrganizations } from '../../platform/operator-organizations.ts';
import { listOrganizations } from './organizations.ts';

export const handler = operatorLambda(listOrganizations, {
  'audit.write': writeAudit(),
  'organizations.list': operatorOrganizations(),
});
