import { revealSecrets } from '../../../core/connections/reveal-secrets.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { nodeum } from '../dialect.ts';
import { findConnector } from '../find-connector.ts';
import { connector } from '../paths.ts';
import { toConnector } from '../to-connector.ts';

export const showConnector = endpoint({
  dialect: nodeum,
  name: 'show-connector',
  method: 'GET',
  path: connector,
  scope: 'connections:read',
  needs: ['connections.read', 'credentials.read'],
  async run({ organizationId, path, reveal }, ports) {
    const connection = await findConnector(path, organizationId, ports['connections.read']);
    const secrets = await revealSecrets([connection], reveal, ports);
    return { status: 200, body: toConnector(connection, secrets.get(connection.uid)) };
  },
});
