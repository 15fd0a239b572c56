import { checked } from '../../http/body/unwrap-result.ts';
import { operatorEndpoint } from '../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { toConnection } from './connection-wire.ts';
import { admin } from './dialect.ts';
import { toHistoryEntry } from './history-wire.ts';
import { organizationIn } from './organization-wire.ts';
import { organization } from './organizations.ts';
import { parsePage, toPage, uidIn } from './query-wire.ts';

const isUid = (text: string): boolean => uidIn(text) !== undefined;

/** Each page reads all of an organization's connections, so pages are large: 1,000 are about a megabyte. */
const mostConnections = 1_000;

/** The connections of an organization, newest first. */
export const listConnections = operatorEndpoint({
  dialect: admin,
  name: 'list-connections',
  method: 'GET',
  path: `${organization}/connections`,
  needs: ['organizations.read', 'connections.read'],
  async run({ path, query, now }, ports) {
    const { limit, after } = checked(parsePage(query, isUid, mostConnections), (field) => field);
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

/** What happened to a connection, newest first; also to one that was removed, as long as its history is kept. */
export const readHistory = operatorEndpoint({
  dialect: admin,
  name: 'read-history',
  method: 'GET',
  path: '/admin/connections/{connection}/history',
  needs: ['connections.locate', 'connections.read', 'history.read'],
  async run({ path, query, now }, ports) {
    const page = checked(parsePage(query, isUid), (field) => field);
    const uid = uidIn(path['connection'] ?? '');
    if (uid === undefined) throw new Refused({ kind: 'not-found' });
    const history = ports['history.read'];
    const [place, found] = await Promise.all([ports['connections.locate'](uid), history.list(uid, page)]);
    const connection = place && (await ports['connections.read'].byUid(place.organizationId, uid));
    const isEmpty = ({ items, next }: typeof found) => items.length === 0 && next === undefined;
    // The page after the last line is empty too, and is no sign of there being nothing.
    const isGone =
      connection === undefined &&
      isEmpty(found) &&
      (page.after === undefined || isEmpty(await history.list(uid, { limit: 1 })));
    if (isGone) throw new Refused({ kind: 'not-found' });
    return {
      status: 200,
      body: {
        connection: connection === undefined ? null : toConnection(connection, now),
        ...toPage('entries', found, toHistoryEntry),
      },
    };
  },
});
