import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { avala } from '../dialect.ts';
import { config, findConfig, perhapsOrganization } from '../find-config.ts';

/** Not in the document, but one of its clients asks for it (dialects/README.md). */
export const getConfig = endpoint({
  dialect: avala,
  name: 'get-config',
  method: 'GET',
  path: config,
  scope: 'connections:read',
  organizationFrom: perhapsOrganization,
  needs: ['connections.read'],
  async run(request, ports) {
    const { shown } = await findConfig(request, ports['connections.read']);
    return { status: 200, body: shown };
  },
});
