import type {
  BlobProperties,
  ContainerListBlobFlatSegmentResponse,
  RequestPolicyFactory,
  ServiceListContainersSegmentResponse,
} from '@azure/storage-blob';
import * as z from 'zod/mini';
import { diagnose } from '../../core/diagnosis/diagnosis.ts';
import type { AccountKey } from '../../core/storage/credential.ts';
import type { Account, Bucket, ListPage, StorageAnswer } from '../../core/storage/storage.ts';
import type { AccountTarget, StorageTarget } from '../../core/storage/target.ts';
import type { Way } from '../egress/egress.ts';
import { type NetworkFailure, networkFailure } from '../network-failure.ts';
import { allBuckets, type BucketPage, bucketPageSize, listPage, pageSize } from '../normalize-listing.ts';
import { type ApiVersion, askInVersion, oldestApiVersion } from './api-version.ts';
import { type AzureRefusal, diagnoseAzureRefusal, refusesApiVersion } from './azure-diagnosis.ts';
import { azureService, isAccountHost, isAccountKey, isAccountName, isContainerName } from './azure-endpoint.ts';

type Sdk = typeof import('@azure/storage-blob');
type SharedKey = InstanceType<Sdk['StorageSharedKeyCredential']>;

/**
 * Opens a container of Azure Blob Storage with the shared key of its account. A listing is one call, made once more
 * only for a service that is too old for the SDK's version of the API.
 */
export async function openAzureContainer(
  target: StorageTarget,
  credential: AccountKey,
  way: Way,
): Promise<StorageAnswer<Bucket>> {
  const { bucket, prefix } = target;
  // The SDK resolves dots in a name as if it were a path.
  if (!isContainerName(bucket)) return failed('bucket-name-invalid');
  const opened = await openService(target, bucket, credential);
  if (!opened.ok) return opened;
  const { sdk, shared, url } = opened.value;
  const containerUrl = `${url}/${bucket}`;
  const api: ApiVersion = {};
  const container = new sdk.ContainerClient(containerUrl, guardedPipeline(sdk, shared, way, api));
  const value: Bucket = {
    reformattedEndpoint: url,
    async list(continuation) {
      // Metadata says which blobs are directories, in the same call.
      const options = { abortSignal: way.signal, includeMetadata: true, ...(prefix !== '' && { prefix }) };
      const from = { maxPageSize: pageSize, ...(continuation !== undefined && { continuationToken: continuation }) };
      const next = () => container.listBlobsFlat(options).byPage(from).next();
      try {
        const { value: segment } = await askInVersion(api, next, refusesVersion(sdk));
        const page = pageIn(segment, bucket);
        return page ? { ok: true, value: page } : failed('not-a-storage-api');
      } catch (error) {
        return failed(failureIn(error, sdk, way, url));
      }
    },
    signPut: async (name, expiresIn) =>
      `${containerUrl}/${name.split('/').map(encodeURIComponent).join('/')}?${signedQuery(sdk, shared, {
        containerName: bucket,
        blobName: name,
        expiresOn: new Date(Date.now() + expiresIn * 1000),
        protocol: url.startsWith('https:') ? sdk.SASProtocol.Https : sdk.SASProtocol.HttpsAndHttp,
      })}`,
  };
  return { ok: true, value };
}

/** Opens a storage account of Azure with its shared key. */
export async function openAzureAccount(
  target: AccountTarget,
  credential: AccountKey,
  way: Way,
): Promise<StorageAnswer<Account>> {
  const opened = await openService(target, undefined, credential);
  if (!opened.ok) return opened;
  const { sdk, shared, url } = opened.value;
  const api: ApiVersion = {};
  const service = new sdk.BlobServiceClient(url, guardedPipeline(sdk, shared, way, api));
  const page = async (next: string | undefined): Promise<StorageAnswer<BucketPage>> => {
    const from = { maxPageSize: bucketPageSize, ...(next !== undefined && { continuationToken: next }) };
    const list = () => service.listContainers({ abortSignal: way.signal }).byPage(from).next();
    try {
      const { value: segment } = await askInVersion(api, list, refusesVersion(sdk));
      const read = containersIn(segment);
      return read ? { ok: true, value: read } : failed('not-a-storage-api');
    } catch (error) {
      const code = failureIn(error, sdk, way, url);
      return failed(code === 'permission-missing' ? 'bucket-list-denied' : code);
    }
  };
  return { ok: true, value: { listBuckets: () => allBuckets(page) } };
}

const failed = (code: NetworkFailure) => ({ ok: false, diagnosis: diagnose(code) }) as const;

/** Checks what can be checked without a call, and loads the SDK. */
async function openService(
  target: AccountTarget,
  bucket: string | undefined,
  { account, key }: AccountKey,
): Promise<StorageAnswer<{ readonly sdk: Sdk; readonly shared: SharedKey; readonly url: string }>> {
  if (!isAccountName(account)) return failed('account-name-malformed');
  if (!isAccountKey(key)) return failed('account-key-malformed');
  const service = azureService(target.endpoint, bucket, account);
  if (!service.ok) return failed(service.code);
  const sdk = await import('@azure/storage-blob');
  // Made with the caller's account name: the SDK finds none in private link, DNS zone and custom domain hosts.
  return { ok: true, value: { sdk, shared: new sdk.StorageSharedKeyCredential(account, key), url: service.url } };
}

/**
 * The SDK's pipeline with its ways round the egress closed: every request gets the guarded agents, in the place of
 * those that proxy variables in the environment would have it make, and neither redirects nor failures cause a second
 * request (the defaults cost 16 s; functions/providers/README.md).
 */
function guardedPipeline(sdk: Sdk, credential: SharedKey, way: Way, api: ApiVersion) {
  const guard: RequestPolicyFactory = {
    create: (next) => ({
      sendRequest(request) {
        request.agent = request.url.startsWith('https:') ? way.httpsAgent : way.httpAgent;
        // Before the request is signed, which covers this header.
        if (api.version !== undefined) request.headers.set('x-ms-version', api.version);
        return next.sendRequest(request);
      },
    }),
  };
  // The SDK hands `redirectOptions` on to its HTTP pipeline, though its type does not name them.
  const options = { retryOptions: { maxTries: 1 }, redirectOptions: { maxRetries: 0 } };
  const pipeline = sdk.newPipeline(credential, options);
  pipeline.factories.unshift(guard);
  return pipeline;
}

/** The page, if this is one: only a listing of this container bears its name. */
function pageIn(segment: ContainerListBlobFlatSegmentResponse | undefined, container: string): ListPage | undefined {
  if (segment?.containerName !== container) return undefined;
  const directories = directoriesIn(segment);
  const listed = segment.segment.blobItems.flatMap((blob, index) => {
    const { size, modifiedAt, metadata } = detailsOf(blob);
    if (directories[index] || (size === 0 && isFolder(metadata))) return [];
    return [{ key: blob.name, size, modifiedAt }];
  });
  return listPage(listed, segment.continuationToken);
}

/** What a blob is listed with, any of which may be missing, although the SDK's type knows only blobs that have them. */
function detailsOf({
  properties,
  metadata,
}: {
  properties?: Partial<BlobProperties>;
  metadata?: Record<string, string>;
}) {
  return { size: properties?.contentLength, modifiedAt: properties?.lastModified?.getTime(), metadata };
}

/**
 * Whether metadata marks a directory: that of a hierarchical namespace, or what Hadoop's driver puts in the place of one.
 * https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-multi-protocol-access
 */
const isFolder = (metadata: Record<string, string> = {}): boolean =>
  Object.entries(metadata).some(
    ([name, value]) => name.toLowerCase() === 'hdi_isfolder' && value.toLowerCase() === 'true',
  );

/** Whether each blob of a page is a directory by its resource type, which the SDK does not read. */
function directoriesIn(segment: ContainerListBlobFlatSegmentResponse): readonly boolean[] {
  const read = z.safeParse(answer, segment);
  if (!read.success) return [];
  const blobs = read.data._response.bodyAsText.split('<Blob>').slice(1);
  return blobs.map((blob) => /<ResourceType>directory<\/ResourceType>/i.test(blob));
}

/** The answer as it came, which the SDK hands on though its type does not name it. */
const answer = z.object({ _response: z.object({ bodyAsText: z.string() }) });

function hasContainers(segment: ServiceListContainersSegmentResponse): boolean {
  const read = z.safeParse(answer, segment);
  return read.success && /<Containers[\s/>]/.test(read.data._response.bodyAsText);
}

/**
 * The page, if this is one. The SDK makes an empty list of containers out of a listing of blobs and of a web page; only
 * a list of containers has a place for them.
 */
function containersIn(segment: ServiceListContainersSegmentResponse | undefined): BucketPage | undefined {
  if (!segment?.serviceEndpoint || !hasContainers(segment)) return undefined;
  const next = segment.continuationToken;
  return { buckets: segment.containerItems.map(({ name }) => ({ name })), ...(next && { next }) };
}

function failureIn(error: unknown, sdk: Sdk, way: Way, serviceUrl: string): NetworkFailure {
  const refusal = refusalIn(error, sdk);
  // The SDK takes `code` from the body of an answer as well; only without an answer is it the network's.
  const failure = networkFailure(refusal ? undefined : error, way.signal);
  if (failure === 'host-not-found' && isAccountHost(serviceUrl)) return 'account-host-not-found';
  if (failure) return failure;
  if (refusal) return diagnoseAzureRefusal(refusal, serviceUrl);
  // A body that broke off has no code at all; what else fails is the SDK, on an answer that is not the service's.
  return error instanceof sdk.RestError ? 'connection-reset' : 'not-a-storage-api';
}

const refusesVersion = (sdk: Sdk) => (error: unknown) => {
  const refusal = refusalIn(error, sdk);
  return refusal !== undefined && refusesApiVersion(refusal);
};

function refusalIn(error: unknown, { RestError }: Sdk): AzureRefusal | undefined {
  if (!(error instanceof RestError) || error.response === undefined) return undefined;
  const { status, headers, bodyAsText } = error.response;
  const inBody = error.code === RestError.PARSE_ERROR ? undefined : error.code;
  const code = headers.get('x-ms-error-code') ?? inBody;
  const location = headers.get('location');
  return {
    status,
    ...(code !== undefined && { code }),
    ...(bodyAsText && { body: bodyAsText }),
    ...(location !== undefined && { location }),
  };
}

/**
 * The query of a URL at which a plain PUT is accepted. Azure takes a blob in one PUT only with the header
 * `x-ms-blob-type`, which whoever checks CORS with a plain PUT does not send; it takes a block of a blob without any
 * header (Put Block). A block that is never committed makes no blob, and the service drops it after a week.
 */
function signedQuery(
  sdk: Sdk,
  credential: SharedKey,
  values: Omit<Parameters<Sdk['generateBlobSASQueryParameters']>[0], 'permissions'>,
): string {
  const permissions = sdk.BlobSASPermissions.parse('cw');
  // A client of the URL names no version: it is signed in the one that every service has.
  const signature = sdk.generateBlobSASQueryParameters(
    { ...values, permissions, version: oldestApiVersion },
    credential,
  );
  return `${signature}&comp=block&blockid=${encodeURIComponent(btoa('write-check'))}`;
}
