import { createHmac } from 'node:crypto';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import {
  BlobSASPermissions,
  type BlobSASSignatureValues,
  BlobServiceClient,
  type ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  newPipeline,
  type Pipeline,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { type RawAnswer, send } from '../s3/signed-request.ts';

export const ACCOUNT = 'testaccount';
export const CONTAINER = 'first';
export const KEY = Buffer.alloc(64, 'right').toString('base64');
export const WRONG = Buffer.alloc(64, 'wrong').toString('base64');
export const HOUR = 3_600_000;

/** A client of a container at `http://127.0.0.1:port/account`, that asks once. */
export function containerAt(
  origin: string,
  key: string,
  name = CONTAINER,
  account = ACCOUNT,
  path = ACCOUNT,
): ContainerClient {
  const credential = new StorageSharedKeyCredential(account, key);
  const client = new BlobServiceClient(`${origin}/${path}`, credential, { retryOptions: { maxTries: 1 } });
  return client.getContainerClient(name);
}

/** Lists the container with a Shared Key signature made by hand. */
export function signedList(port: number, date: Date | undefined, key = KEY): Promise<RawAnswer> {
  const dated = date === undefined ? {} : { 'x-ms-date': date.toUTCString() };
  const headers: Record<string, string> = { ...dated, 'x-ms-version': '2021-12-02' };
  const canonicalHeaders = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  // An address with the account in its path signs the account twice.
  const resource = `/${ACCOUNT}/${ACCOUNT}/${CONTAINER}\ncomp:list\nrestype:container`;
  const text = `GET${'\n'.repeat(12)}${canonicalHeaders.join('')}${resource}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return send(port, {
    method: 'GET',
    path: `/${ACCOUNT}/${CONTAINER}?restype=container&comp=list`,
    headers: { host: `127.0.0.1:${port}`, ...headers, authorization: `SharedKey ${ACCOUNT}:${signature}` },
  });
}

export type Sas = Omit<BlobSASSignatureValues, 'containerName' | 'permissions'>;

/** The query of a SAS for the container or, with `blobName`, for a blob, from an hour ago for two hours. */
export function sas(permissions: string, values: Sas = {}, key = KEY): string {
  const parse = values.blobName === undefined ? ContainerSASPermissions : BlobSASPermissions;
  const signature = {
    containerName: CONTAINER,
    permissions: parse.parse(permissions),
    startsOn: new Date(Date.now() - HOUR),
    expiresOn: new Date(Date.now() + HOUR),
    ...values,
  };
  return generateBlobSASQueryParameters(signature, new StorageSharedKeyCredential(ACCOUNT, key)).toString();
}

/** A pipeline whose connections lead to this machine, whatever host the URL names. */
export function pipelineHere(credential: StorageSharedKeyCredential | undefined, ca?: string): Pipeline {
  const lookup: NonNullable<ConstructorParameters<typeof Agent>[0]>['lookup'] = (_, options, found) => {
    if (options.all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
    else found(null, '127.0.0.1', 4);
  };
  const agent = ca === undefined ? new Agent({ lookup }) : new TlsAgent({ lookup, ca });
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
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

/** A client of `account.blob.core.windows.net` on this machine; over TLS when a certificate to trust is given. */
export function hostStyle(port: number, key: string, ca?: string): BlobServiceClient {
  const scheme = ca === undefined ? 'http' : 'https';
  const url = `${scheme}://${ACCOUNT}.blob.core.windows.net:${port}`;
  return new BlobServiceClient(url, pipelineHere(new StorageSharedKeyCredential(ACCOUNT, key), ca));
}
