import { Agent } from 'node:https';
import {
  BlobServiceClient,
  type ContainerClient,
  newPipeline,
  type Pipeline,
  RestError,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { ownTls, type TlsIdentity } from '../storage/loopback-server.ts';
import { contentType } from '../storage/s3/store/buckets.ts';

/** What the container's metadata says once everything below was done. */
const COMPLETE = { demo: 'complete' };

/**
 * Makes the demo container, allows every origin on its service (CORS is a matter of the service, not of a container)
 * and puts files there. What was once completed is left alone: what a user added stays, what they removed stays away.
 *
 * @param endpoint the service's URL, `http://host:port/account`
 */
export async function seedContainer(
  endpoint: string,
  account: { readonly name: string; readonly key: string },
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  tls: TlsIdentity | undefined,
): Promise<void> {
  const service = new BlobServiceClient(endpoint, pipelineTo(account, tls));
  const container = service.getContainerClient(name);
  const metadata = await metadataOf(container);
  if (metadata?.['demo'] === COMPLETE.demo) return;
  if (metadata === undefined) await container.create();
  await service.setProperties({
    cors: [
      { allowedOrigins: '*', allowedMethods: METHODS, allowedHeaders: '*', exposedHeaders: '*', maxAgeInSeconds: 3000 },
    ],
  });
  await Promise.all(Object.entries(files).map(([path, content]) => uploadIfNew(container, path, Buffer.from(content))));
  await container.setMetadata(COMPLETE);
}

function pipelineTo(account: { readonly name: string; readonly key: string }, tls: TlsIdentity | undefined): Pipeline {
  const credential = new StorageSharedKeyCredential(account.name, account.key);
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
  if (tls === undefined) return pipeline;
  const agent = new Agent(ownTls(tls));
  pipeline.factories.unshift({
    create: (next) => ({
      sendRequest: (request) => {
        request.agent = agent;
        return next.sendRequest(request);
      },
    }),
  });
  return pipeline;
}

const METHODS = 'GET,HEAD,POST,OPTIONS,MERGE,PUT,DELETE';

async function metadataOf(container: ContainerClient): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return (await container.getProperties()).metadata ?? {};
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}

async function uploadIfNew(container: ContainerClient, path: string, content: Buffer): Promise<void> {
  try {
    await container.getBlockBlobClient(path).upload(content, content.length, {
      blobHTTPHeaders: { blobContentType: contentType(path)['content-type'] ?? '' },
      conditions: { ifNoneMatch: '*' },
    });
  } catch (error) {
    if (!(error instanceof RestError && error.statusCode === 409)) throw error;
  }
}
