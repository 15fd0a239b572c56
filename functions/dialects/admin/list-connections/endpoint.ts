import { isUid } from '../../../core/uid.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { toConnection } from '../connection-wire.ts';
import { admin } from '../dialect.ts';
import { organizationIn } from '../organization-wire.ts';
import { mostConnections, organization } from '../paths.ts';
import { parsePage, toPage } from '../query-wire.ts';

/** The connections of an organization, newest first. */
export const listConnections = adminEndpoint({
  dialect: admin,
  name: 'list-connections',
  method: 'GET',
  path: `${organization}/connections`,
  needs: ['organizations.read', 'connections.read'],
  async run({ path, query, now }, ports) {
    const { limit, after } = unwrapOrRefuse(parsePage(query, isUid, mostConnections), (field) => field);
    const { id } = await organizationIn(path, ports['organizations.read']);
    const all = await ports['connections.read'].all(id);
    // By its place and not by itself: it may have been removed since.
    const left = after === undefined ? all : all.filter(({ uid }) => uid < after);
    const items = left.slice(0, limit);
    const last = items.at(-1);
    const page = { items, ...(last !== undefined && left.length > limit && { next: last.uid }) };
    return { status: 200, body: toPage('connections', page, (one) => toConnection(one, now)) };
  },
});
