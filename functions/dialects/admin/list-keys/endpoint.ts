import { isApiKeyId } from '../../../core/access/api-key.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { admin } from '../dialect.ts';
import { toKey } from '../key-wire.ts';
import { organizationIn } from '../organization-wire.ts';
import { keys } from '../paths.ts';
import { parsePage, toPage } from '../query-wire.ts';

export const listKeys = adminEndpoint({
  dialect: admin,
  name: 'list-keys',
  method: 'GET',
  path: keys,
  needs: ['organizations.read', 'keys.list', 'keyUse.read'],
  async run({ path, query, now }, ports) {
    const page = unwrapOrRefuse(parsePage(query, isApiKeyId), (field) => field);
    const { id } = await organizationIn(path, ports['organizations.read']);
    const found = await ports['keys.list'].ofOrganization(id, page);
    const used = await ports['keyUse.read'](found.items.map((key) => key.id));
    return { status: 200, body: toPage('keys', found, (key) => toKey(key, now, used.get(key.id))) };
  },
});
