import { addConnection, addConnectionNeeds } from '../../../core/connections/add-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { toConfig } from '../config-wire.ts';
import { avala } from '../dialect.ts';
import { configs, organizationFrom } from '../find-config.ts';
import { fieldAtFault } from '../names.ts';
import { rateLimitHeaders } from '../rate-limit.ts';
import { fromCreateRequest } from './wire.ts';

export const createConfig = endpoint({
  dialect: avala,
  name: 'create-config',
  method: 'POST',
  path: configs,
  scope: 'connections:create',
  organizationFrom,
  needs: addConnectionNeeds,
  async run({ organizationId, organization, body, ...context }, ports) {
    const of = fromCreateRequest(body, organization.externalId);
    const added = await addConnection({ organizationId, ...of }, ports, context);
    switch (added.result) {
      case 'refused': {
        const { diagnosis } = added;
        const field = fieldAtFault(diagnosis, of.target, of.credential.kind);
        throw new Refused({ kind: 'refused-by-storage', diagnosis, field });
      }
      case 'full':
        throw new Refused({ kind: 'full', most: added.most });
      case 'name-taken':
        throw new Error('A name that others may have was taken.');
      case 'added':
    }
    return {
      status: 201,
      body: toConfig(added.connection, context.now),
      headers: rateLimitHeaders(added.allowance),
      trail: { connections: [added.connection.uid], verdict: 'connected' },
    };
  },
});
