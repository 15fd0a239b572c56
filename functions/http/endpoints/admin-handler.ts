import { randomBytes } from 'node:crypto';
import type { PortName, Ports } from '../../core/ports.ts';
import { moment } from '../../platform/runtime/clock.ts';
import { logUnexpected } from '../../platform/runtime/log.ts';
import { audited, entryFor, type Visit } from '../audit-request.ts';
import { parseBody } from '../body/parse-json.ts';
import { nameOf, served } from '../gateway.ts';
import { Refused } from '../problem.ts';
import type { OperatorEndpoint, operatorNeeds } from './admin-endpoint.ts';

/** Makes a Lambda handler of an operator's endpoint and the adapters of its ports. */
export const operatorLambda = <Needs extends PortName>(
  endpoint: OperatorEndpoint<Needs>,
  ports: Pick<Ports, Needs | (typeof operatorNeeds)[number]>,
) =>
  served(endpoint, async ({ signedBy: operator, path, query, body, from, reference }) => {
    // API Gateway lets nobody through without; a route that were deployed without its authorization must not either.
    if (!operator) throw new Refused({ kind: 'unauthenticated' });
    const now = moment.now();
    const visit: Visit = {
      actor: { kind: 'operator', arn: operator },
      endpoint: nameOf(endpoint),
      asked: path,
      ...{ from, now, random: moment.random },
    };
    return endpoint.run(
      {
        ...{ operator, path, query, now, randomBytes },
        body: endpoint.method === 'POST' ? parseBody(body.text, body.isBase64) : undefined,
        audited: (action, organizationId, act) =>
          audited(
            entryFor(visit, action, organizationId),
            ports['audit.write'],
            { dialect: endpoint.dialect, reference },
            act,
            (error) => logUnexpected(`${visit.endpoint} trail`, reference, error),
          ),
      },
      ports,
    );
  });
