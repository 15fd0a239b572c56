import { adminEndpoint } from '../../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { admin } from '../dialect.ts';
import { keyIdIn, toKey } from '../key-wire.ts';

export const revokeKey = adminEndpoint({
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
