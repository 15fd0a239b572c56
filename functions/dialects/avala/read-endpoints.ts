import { pageOf } from '../../core/lists/cursor.ts';
import { endpoint } from '../../http/endpoints/endpoint.ts';
import { toConfig } from './config-wire.ts';
import { avala } from './dialect.ts';
import { config, configIn, configs, organizationFrom, perhapsOrganization } from './find-config.ts';
import { fromListQuery, toPage } from './list-configs/wire.ts';

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
    return { status: 200, body: toPage(pageOf(shown, asked.cursor, asked.limit), url, query, organization) };
  },
});

/** Not in the document, but one of its clients asks for it (wire notes). */
export const getConfig = endpoint({
  dialect: avala,
  name: 'get-config',
  method: 'GET',
  path: config,
  scope: 'connections:read',
  organizationFrom: perhapsOrganization,
  needs: ['connections.read'],
  async run(request, ports) {
    const { shown } = await configIn(request, ports['connections.read']);
    return { status: 200, body: shown };
  },
});

/** What a customer's role has to trust. */
export const setupInfo = endpoint({
  dialect: avala,
  name: 'setup-info',
  method: 'GET',
  path: `${configs}setup-info/`,
  scope: 'connections:read',
  organizationFrom,
  needs: ['account.read'],
  async run({ organization }, ports) {
    const body = { avala_aws_account_id: ports['account.read'](), external_id: organization.externalId };
    return { status: 200, body };
  },
});
