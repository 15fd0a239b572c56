import { isApiKeyId, mintApiKey } from '../../core/access/api-key.ts';
import { organizationsOfKey, unknownOrganization } from '../../core/access/parse-new-key.ts';
import { checked } from '../../http/body/unwrap-result.ts';
import { operatorEndpoint } from '../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { admin } from './dialect.ts';
import { fromCreateKeyRequest, keyIdIn, toKey } from './key-wire.ts';
import { organizationIn } from './organization-wire.ts';
import { organization } from './organizations.ts';
import { parsePage, toPage } from './query-wire.ts';

const keys = `${organization}/keys`;

export const createKey = operatorEndpoint({
  dialect: admin,
  name: 'create-key',
  method: 'POST',
  path: keys,
  needs: ['organizations.read', 'keys.write'],
  async run({ path, body, now, operator, randomBytes, audited }, ports) {
    const { further, ...description } = fromCreateKeyRequest(body, now);
    const home = await organizationIn(path, ports['organizations.read']);
    const found = await organizationsOfKey(home.id, further, ports['organizations.read']);
    const organizations = checked(found, (field) => field);
    return audited('key.create', home.id, async () => {
      const of = { ...description, organizations, createdAt: now, createdBy: operator };
      const { key, text } = mintApiKey(of, randomBytes);
      if ((await ports['keys.write'].create(key)) === 'no-organization') {
        throw new Refused({ kind: 'invalid', faults: [unknownOrganization] });
      }
      return { status: 201, body: { ...toKey(key, now, undefined), key: text }, trail: { key: key.id } };
    });
  },
});

export const listKeys = operatorEndpoint({
  dialect: admin,
  name: 'list-keys',
  method: 'GET',
  path: keys,
  needs: ['organizations.read', 'keys.list', 'keyUse.read'],
  async run({ path, query, now }, ports) {
    const page = checked(parsePage(query, isApiKeyId), (field) => field);
    const { id } = await organizationIn(path, ports['organizations.read']);
    const found = await ports['keys.list'].ofOrganization(id, page);
    const used = await ports['keyUse.read'](found.items.map((key) => key.id));
    return { status: 200, body: toPage('keys', found, (key) => toKey(key, now, used.get(key.id))) };
  },
});

export const revokeKey = operatorEndpoint({
  dialect: admin,
  name: 'revoke-key',
  method: 'POST',
  path: '/admin/keys/{key}/revoke',
  needs: ['keys.write', 'keyUse.read'],
  async run({ path, now, audited }, ports) {
    const id = keyIdIn(path);
    const kept = ports['keys.write'];
    const seen = await kept.find(id);
    if (!seen) throw new Refused({ kind: 'not-found' });
    return audited('key.revoke', seen.organizations[0], async () => {
      const key = await kept.revoke(id, now);
      if (!key) throw new Refused({ kind: 'not-found' });
      const used = await ports['keyUse.read']([id]);
      return { status: 200, body: toKey(key, now, used.get(id)), trail: { key: id } };
    });
  },
});
