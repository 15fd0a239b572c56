import { cutPage } from '../../../core/lists/cursor.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { toConfig } from '../config-wire.ts';
import { avala } from '../dialect.ts';
import { configs, organizationFrom } from '../find-config.ts';
import { fromListQuery, toPage } from './wire.ts';

export const listConfigs = endpoint({
  dialect: avala,
  name: 'list-configs',
  method: 'GET',
  path: configs,
  scope: 'connections:list',
  organizationFrom,
  needs: ['connections.read'],
  async run({ organization, query, url, now }, ports) {
    const asked = fromListQuery(query, organization);
    // What Django REST framework says, whose pages and error bodies this API's are: a page that is not there.
    if (!asked) return { status: 404, body: { detail: 'Invalid cursor' } };
    const connections = await ports['connections.read'].all(organization.id);
    const shown = connections.flatMap((connection) => toConfig(connection, now) ?? []);
    return { status: 200, body: toPage(cutPage(shown, asked.cursor, asked.limit), url, query, organization) };
  },
});
