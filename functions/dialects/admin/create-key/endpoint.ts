import { mintApiKey } from '../../../core/access/api-key.ts';
import { organizationsOfKey, unknownOrganization } from '../../../core/access/parse-new-key.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { admin } from '../dialect.ts';
import { fromCreateKeyRequest, toKey } from '../key-wire.ts';
import { organizationIn } from '../organization-wire.ts';
import { keys } from '../paths.ts';

export const createKey = adminEndpoint({
  dialect: admin,
  name: 'create-key',
  method: 'POST',
  path: keys,
  needs: ['organizations.read', 'keys.write'],
  async run({ path, body, now, operator, randomBytes, audited }, ports) {
    const { further, ...description } = fromCreateKeyRequest(body, now);
    const home = await organizationIn(path, ports['organizations.read']);
    const found = await organizationsOfKey(home.id, further, ports['organizations.read']);
    const organizations = unwrapOrRefuse(found, (field) => field);
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
