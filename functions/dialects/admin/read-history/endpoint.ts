import { isUid } from '../../../core/uid.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { toConnection } from '../connection-wire.ts';
import { admin } from '../dialect.ts';
import { toHistoryEntry } from '../history-wire.ts';
import { parsePage, toPage, uidIn } from '../query-wire.ts';

/** What happened to a connection, newest first; also to one that was removed, as long as its history is kept. */
export const readHistory = adminEndpoint({
  dialect: admin,
  name: 'read-history',
  method: 'GET',
  path: '/admin/connections/{connection}/history',
  needs: ['connections.locate', 'connections.read', 'history.read'],
  async run({ path, query, now }, ports) {
    const page = unwrapOrRefuse(parsePage(query, isUid), (field) => field);
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
