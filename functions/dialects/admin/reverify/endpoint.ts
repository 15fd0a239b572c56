import type { ReverifyRequested } from '../../../core/events/events.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { admin } from '../dialect.ts';
import { fromReverifyRequest } from './wire.ts';

/**
 * Asks for checks, by the event that asks for them wherever it comes from; they follow within a minute.
 *
 * In the trail of the organization whose connections are meant. What is asked of all connections, or for what is due
 * anyway, is in none: there is no trail of all organizations, and each check says in its connection's history that it
 * was requested.
 */
export const reverify = adminEndpoint({
  dialect: admin,
  name: 'reverify',
  method: 'POST',
  path: '/admin/reverify',
  needs: ['organizations.read', 'connections.locate', 'events.publish'],
  async run({ body, audited }, ports) {
    const wanted = fromReverifyRequest(body);
    const request = async (requested: ReverifyRequested['detail'], connections: readonly string[] = []) => {
      await ports['events.publish']([{ type: 'ReverifyRequested', detail: requested }]);
      return { status: 202, body: { requested }, trail: { connections } };
    };
    switch (wanted.kind) {
      case 'connection': {
        const { uid } = wanted;
        const place = await ports['connections.locate'](uid);
        if (!place) throw new Refused({ kind: 'not-found' });
        return audited('connection.verify', place.organizationId, () => request({ connection: uid }, [uid]));
      }
      case 'organization': {
        const organization = await ports['organizations.read'].find(wanted.name);
        if (!organization) throw new Refused({ kind: 'not-found' });
        const { id } = organization;
        return audited('connection.verify', id, () => request({ organization: id }));
      }
      case 'all':
        return request({ all: true });
      case 'due':
        return request({ due: true });
    }
  },
});
