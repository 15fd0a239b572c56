import { randomBytes } from 'node:crypto';
import type { PortName, Ports } from '../../core/ports.ts';
import { clock } from '../../platform/runtime/clock.ts';
import { logUnexpected } from '../../platform/runtime/log.ts';
import { type AuditContext, auditRequest, toAuditEntry } from '../audit-request.ts';
import { parseJsonBody } from '../body/parse-json.ts';
import { handleApiEvent, nameOf } from '../gateway.ts';
import { Refused } from '../problem.ts';
import type { AdminEndpoint, adminNeeds } from './admin-endpoint.ts';

/** Makes a Lambda handler of an operator's endpoint and the adapters of its ports. */
export const adminHandler = <Needs extends PortName>(
  endpoint: AdminEndpoint<Needs>,
  ports: Pick<Ports, Needs | (typeof adminNeeds)[number]>,
) =>
  handleApiEvent(endpoint, async ({ signedBy: operator, path, query, body, from, reference }) => {
    // API Gateway lets nobody through without; a route that were deployed without its authorization must not either.
    if (!operator) throw new Refused({ kind: 'unauthenticated' });
    const now = clock.now();
    const visit: AuditContext = {
      actor: { kind: 'operator', arn: operator },
      endpoint: nameOf(endpoint),
      asked: path,
      ...{ from, now, random: clock.random },
    };
    return endpoint.run(
      {
        ...{ operator, path, query, now, randomBytes },
        body: endpoint.method === 'POST' ? parseJsonBody(body.text, body.isBase64) : undefined,
        audited: (action, organizationId, act) =>
          auditRequest(
            toAuditEntry(visit, action, organizationId),
            ports['audit.write'],
            { dialect: endpoint.dialect, reference },
            act,
            (error) => logUnexpected(`${visit.endpoint} trail`, reference, error),
          ),
      },
      ports,
    );
  });
