import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { readConnections } from '../../platform/connections.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { listConnections } from './connections.ts';

export const handler = operatorLambda(listConnections, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'connections.read': readConnections(),
});
