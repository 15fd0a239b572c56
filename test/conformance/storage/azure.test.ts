import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { startAzureFront } from '../../../infra/local/storage/azure/azure-proxy.ts';
import { startAzurite } from '../../../infra/local/storage/azure/azurite.ts';
import { buckets, canary, type Lead } from './harness.ts';
import { storageConformance } from './suite.ts';

const account = 'conformance';
const key = Buffer.alloc(64, 'k').toString('base64');
const credential = (name: string, secret: string): Credential => ({ kind: 'account-key', account: name, key: secret });

function lead(endpoint: string, allowed: string, more: Partial<StorageTarget>, options: EgressOptions = {}): Lead {
  return {
    storage: storageFor({ EGRESS_ALLOW: allowed }, options),
    target: { provider: 'azure', endpoint, bucket: buckets.good.name, prefix: '', ...more },
  };
}

const xml = { 'content-type': 'application/xml' };

storageConformance({
  provider: 'Azure Blob',
  usual: 'http',
  certificateNames: ['127.0.0.1'],
  listing: {
    status: 200,
    headers: xml,
    body: `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://a/" ContainerName="${buckets.good.name}"><Blobs/><NextMarker/></EnumerationResults>`,
  },
  endlessListing: [
    {
      status: 200,
      headers: xml,
      body: `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://a/" ContainerName="${buckets.good.name}"><Blobs>`,
    },
    `<Blob><Name>${canary}</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>`,
  ],
  listOfBuckets: {
    status: 200,
    headers: xml,
    body: `<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://a/"><Containers><Container><Name>${canary}</Name></Container></Containers><NextMarker/></EnumerationResults>`,
  },
  unknownRefusal: {
    status: 400,
    headers: { ...xml, 'x-ms-error-code': canary },
    body: `<Error><Code>${canary}</Code><code>ENOTFOUND</code><Message>${canary}</Message></Error>`,
  },
  // An account key may do everything in every region there is: neither can be wrong.
  says: {
    wrongSecret: 'account-key-wrong',
    unknownKey: 'endpoint-of-another-account',
    unknownHost: 'account-host-not-found',
  },
  credentials: {
    good: credential(account, key),
    wrongSecret: credential(account, Buffer.alloc(64, 'w').toString('base64')),
    unknownKey: credential('somebodyelse', key),
  },
  async start() {
    const dataDir = await mkdtemp(join(tmpdir(), 'azure-conformance-'));
    const azurite = await startAzurite({ dataDir, accounts: [{ name: account, keys: [key] }] });
    const service = await startAzureFront({ azuritePort: azurite.port, errorMessage: canary });
    const url = `${service.url}/${account}`;
    await fill(`http://127.0.0.1:${azurite.port}/${account}`);
    return {
      at: (bucket, more) => lead(url, `127.0.0.1:${service.port}`, { bucket, ...more }),
      towards: (port, scheme, ca) => lead(`${scheme}://127.0.0.1:${port}/${account}`, `127.0.0.1:${port}`, {}, { ca }),
      forbidden: (port) => lead(`http://127.0.0.1:${port}/${account}`, '', {}),
      lookedUp: (lookup) => lead(`https://${account}.blob.core.windows.net`, '', {}, { lookup }),
      calls: () => service.requests.length,
      put: async (at, body) => (await fetch(at, { method: 'PUT', body })).status,
      stop: async () => {
        await service.stop();
        await azurite.stop();
        await rm(dataDir, { recursive: true });
      },
    };
  },
});

/** Fills Azurite behind the front's back, so that the front has seen the suite's calls only; without the SDK, for speed. */
async function fill(url: string): Promise<void> {
  const shared = new StorageSharedKeyCredential(account, key);
  const service = new BlobServiceClient(url, shared);
  const expiresOn = new Date(Date.now() + 60_000);
  for (const { name, keys } of Object.values(buckets)) {
    await service.getContainerClient(name).create();
    const permissions = ContainerSASPermissions.parse('c');
    const query = generateBlobSASQueryParameters({ containerName: name, permissions, expiresOn }, shared);
    const waiting = [...keys];
    const uploader = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const path = next.split('/').map(encodeURIComponent).join('/');
        const content = name === buckets.many.name ? '' : next;
        const headers = { 'x-ms-blob-type': 'BlockBlob' };
        const answer = await fetch(`${url}/${name}/${path}?${query}`, { method: 'PUT', headers, body: content });
        if (answer.status !== 201) throw new Error(`Azurite answered ${answer.status} to ${path}`);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 64 }, uploader));
  }
}
