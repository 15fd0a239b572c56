import { revealSecrets } from '../../../core/connections/reveal-secrets.ts';
import { truncateToResponseLimit } from '../../../http/body/limit-response-size.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { cval } from '../dialect.ts';
import { toPaths } from '../paths.ts';
import { expressible, toStorage } from '../storage-wire.ts';

/** The most that "Get connections" shows (dialects/README.md). */
export const most = 1_000;

/** Of the home organization, newest first. Both the client's path and the document's. */
export const listStorages = endpoint({
  dialect: cval,
  name: 'list-storages',
  method: 'GET',
  ...toPaths('/cloud/all', '/clouds/all'),
  scope: 'connections:list',
  needs: ['connections.read', 'credentials.read'],
  async run({ organizationId, reveal }, ports) {
    const connections = await ports['connections.read'].all(organizationId);
    const shown = connections.flatMap((connection) => expressible(connection) ?? []).slice(0, most);
    const secrets = await revealSecrets(shown, reveal, ports);
    return { status: 200, body: truncateToResponseLimit(shown.map((each) => toStorage(each, secrets.get(each.uid)))) };
  },
});
