import { revealSecrets } from '../../../core/connections/reveal-secrets.ts';
import { cutPart } from '../../../core/lists/parse-paging.ts';
import { truncateToResponseLimit } from '../../../http/body/limit-response-size.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { nodeum } from '../dialect.ts';
import { connectors } from '../paths.ts';
import { refuse } from '../refusal.ts';
import { toConnector } from '../to-connector.ts';
import { fromListQuery } from './wire.ts';

export const listConnectors = endpoint({
  dialect: nodeum,
  name: 'list-connectors',
  method: 'GET',
  path: connectors,
  scope: 'connections:list',
  needs: ['connections.read', 'credentials.read'],
  async run({ organizationId, query, reveal }, ports) {
    const { matches, order, paging } = fromListQuery(query);
    const found = (await ports['connections.read'].all(organizationId))
      .map((connection) => ({ connection, shown: toConnector(connection) }))
      .filter(({ shown }) => matches(shown))
      .toSorted((a, b) => order(a.shown, b.shown));
    const page = cutPart(found, paging).map(({ connection }) => connection);
    const secrets = await revealSecrets(page, reveal, ports);
    const shown = page.map((connection) => toConnector(connection, secrets.get(connection.uid)));
    // A page that is shorter than was asked for would have a client pass over what is missing.
    if (truncateToResponseLimit(shown).length < shown.length) {
      const message = `must be lower: ${shown.length} of these connectors do not fit into one answer`;
      throw refuse([{ field: 'limit', code: 'invalid', message }], query);
    }
    return { status: 200, body: { count: found.length, cloud_connectors: shown } };
  },
});
