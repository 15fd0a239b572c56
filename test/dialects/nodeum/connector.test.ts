import { describe, expect, test } from 'vitest';
import type { Connection, SavedTarget } from '../../../functions/core/records/connection.ts';
import { storageNamed, wireProvider, wireProviders } from '../../../functions/dialects/nodeum/names.ts';
import { toConnector } from '../../../functions/dialects/nodeum/to-connector.ts';

const endpoint = 'https://s3.example.com';
const saved = (target: Partial<SavedTarget>): Connection => ({
  ...{ uid: 'u', id: 7, organizationId: 1, name: 'c', revealable: true, synchronize: false },
  target: { provider: 's3', endpoint, prefix: '', ...target },
  credential: { kind: 'access-key-pair', accessKey: 'key', version: 'v' },
  verification: { status: 'unverified', since: 0 },
  ...{ createdAt: 0, updatedAt: 0, version: 1 },
});

describe('a connector', () => {
  test('is shown with what there is, and nothing that is null', () => {
    const least = { id: 7, name: 'c', url: endpoint, provider: 'generic_s3', access_key: 'key' };
    expect(toConnector(saved({}))).toEqual(least);
    const most = saved({ proxy: 'http://p', region: 'here', bucket: 'box', prefix: 'a/' });
    expect(toConnector({ ...most, options: 'ro' }, 'word')).toEqual({
      ...least,
      ...{ url_proxy: 'http://p', region: 'here', options: 'ro', secret_key: 'word' },
    });
  });

  test.each<[Partial<SavedTarget>, string]>([
    [{}, 'generic_s3'],
    [{ endpoint: 'https://s3.eu-west-1.amazonaws.com' }, 'amazon_aws_s3'],
    [{ endpoint: 'https://s3.amazonaws.com.' }, 'amazon_aws_s3'],
    [{ endpoint: 'https://s3.eu-central-1.wasabisys.com' }, 'wasabi'],
    [{ endpoint: 'https://storage.googleapis.com' }, 'google_cloud_storage'],
    [{ endpoint: 'https://s3.amazonaws.com', vendor: 'other' }, 'generic_s3'],
    [{ vendor: 'swift' }, 'openstack_swift'],
    [{ provider: 'gcs' }, 'google_cloud_storage'],
    [{ provider: 'azure' }, 'azure'],
  ])('of %j has its vendor’s name: %s', (target, provider) => {
    expect(toConnector(saved(target)).provider).toBe(provider);
  });

  test('has the document’s eleven providers, the same both ways', () => {
    expect(new Set(wireProviders)).toEqual(
      new Set([
        ...['generic_s3', 'amazon_aws_s3', 'cloudian_hyperstore', 'scality_ring', 'dell_emc_ecs', 'azure'],
        ...['google_cloud_storage', 'openstack_swift', 'wasabi', 'quantum_activescale', 'datacore_swarm'],
      ]),
    );
    for (const provider of wireProviders) {
      const storage = storageNamed(provider);
      expect(storage && wireProvider({ ...storage, endpoint })).toBe(provider);
    }
    for (const other of ['', 'toString', 'other', 's3']) expect(storageNamed(other)).toBeUndefined();
  });
});
