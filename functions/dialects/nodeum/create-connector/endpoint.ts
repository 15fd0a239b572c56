import { addConnection, addConnectionNeeds } from '../../../core/connections/add-connection.ts';
import { revealSecrets } from '../../../core/connections/reveal-secrets.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { fromCreateRequest } from '../connector-wire.ts';
import { nodeum } from '../dialect.ts';
import { connectors } from '../paths.ts';
import { nameTaken } from '../refusal.ts';
import { toConnector } from '../to-connector.ts';

export const createConnector = endpoint({
  dialect: nodeum,
  name: 'create-connector',
  method: 'POST',
  path: connectors,
  scope: 'connections:create',
  needs: addConnectionNeeds,
  async run({ organizationId, organization, body, reveal, ...context }, ports) {
    const of = { organizationId, ...fromCreateRequest(body, organization.externalId) };
    const added = await addConnection(of, ports, context);
    switch (added.result) {
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: added.diagnosis });
      case 'full':
        throw new Refused({ kind: 'full', most: added.most });
      case 'name-taken':
        throw nameTaken(of.name?.text);
      case 'added':
    }
    const { connection } = added;
    // What was just sent need not be fetched.
    const secrets = await revealSecrets([connection], reveal, { 'credentials.read': async () => of.credential });
    return {
      status: 201,
      body: toConnector(connection, secrets.get(connection.uid)),
      trail: { connections: [connection.uid], verdict: 'connecting' },
    };
  },
});
