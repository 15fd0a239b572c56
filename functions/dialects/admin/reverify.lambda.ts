import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { locateConnection } from '../../platform/connection-place.ts';
import { publishEvents } from '../../platform/event-bus.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { reverify } from './reverify.ts';

export const handler = operatorLambda(reverify, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'connections.locate': locateConnection(),
  'events.publish': publishEvents,
});
