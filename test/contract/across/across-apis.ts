import { expect } from 'vitest';
import * as z from 'zod/mini';
import type { Reply, Service } from '../service.ts';
import type { ApiName, Place, Row } from './across-rows.ts';

/** What a connection is called: some APIs by number, some by uid. */
export interface Names {
  readonly id: number;
  readonly uid: string;
}

/** What is to be seen of a connection. */
export interface State {
  readonly place: Place;
  readonly name: string;
  readonly region?: string;
  readonly prefix: string;
  readonly options?: string;
  readonly synchronize: boolean;
  readonly connected: boolean;
  /** Whether its secret may be shown to whoever may see secrets. */
  readonly revealable: boolean;
}

type Send = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** One API as its clients use it. What an API cannot do is absent. */
export interface Api {
  create?(row: Row, place: Place): Promise<Reply>;
  /** @returns the connections in the answer */
  list(): Promise<readonly unknown[]>;
  /** Every call that names one connection, the one that shows it first and the one that removes it last. */
  readonly calls: (names: Names) => readonly [Call, ...Call[]];
  /** The connection in an answer that shows one. */
  one(body: unknown): unknown;
  /** How it shows a connection, but for what it says of its secret. */
  shown(row: Row, state: State, names: Names): object;
  /** The secret in what it shows; undefined for a mask or nothing. */
  secretIn?(shown: unknown): unknown;
  /** Verifies it anew. @returns whether it was found to work; undefined: it is not known yet */
  verify?(names: Names, row: Row, place: Place): Promise<boolean | undefined>;
  /** Changes what only this API has a field for. @returns what is to be seen then */
  change?(names: Names): Promise<Partial<State>>;
  setSecret?(names: Names, secretKey: string): Promise<Reply>;
  /** Says whose storage it is, which takes the secret again. */
  setVendor?(names: Names, row: Row, place: Place): Promise<Reply>;
}
type Call = () => Promise<Reply>;

const get = (body: unknown, key: string): unknown => z.looseObject({}).parse(body)[key];
const listIn = (body: unknown): readonly unknown[] => z.array(z.unknown()).parse(body);
const ok = async (answering: Promise<Reply>): Promise<unknown> => {
  const { status, body } = await answering;
  expect([200, 201, 202, 204], JSON.stringify(body)).toContain(status);
  return body;
};

function edgeImpulse(send: Send): Api {
  const buckets = '/v1/api/organizations/1/buckets';
  const at = ({ id }: Names) => `${buckets}/${id}`;
  return {
    create: (row, { region = '', secretKey, accessKey, endpoint, bucket }) =>
      send('POST', buckets, {
        ...{ storageProvider: row['edge-impulse'], accessKey, secretKey, endpoint, bucket, region },
      }),
    list: async () => listIn(get(await ok(send('GET', buckets)), 'buckets')),
    calls: (names) => [
      () => send('GET', at(names)),
      () => send('POST', at(names), { region: '' }),
      () => send('POST', `${at(names)}/verify`, { prefix: '' }),
      () => send('DELETE', at(names)),
    ],
    one: (body) => get(body, 'bucket'),
    shown: (row, { place: { accessKey, endpoint, bucket }, region = '', prefix, connected }, { id }) => ({
      ...{ id, accessKey, endpoint, bucket, region, connected, storageProvider: row['edge-impulse'] },
      ...(prefix !== '' && { checkConnectivityPrefix: prefix }),
      ...(row['edge-impulse'] === 'azure' && { storageAccountName: accessKey }),
    }),
    async verify(names) {
      const status = get(await ok(send('POST', `${at(names)}/verify`, { prefix: '' })), 'connectionStatus');
      return status === 'connecting' ? undefined : status === 'connected';
    },
    async change(names) {
      await ok(send('POST', at(names), { checkConnectivityPrefix: 'sensors/' }));
      return { prefix: 'sensors/' };
    },
    setSecret: (names, secretKey) => send('POST', at(names), { secretKey }),
  };
}

function avala(send: Send): Api {
  const configs = '/api/v1/storage-configs/';
  const at = ({ uid }: Names) => `${configs}${uid}/`;
  return {
    create: ({ avala }, { bucket, region, accessKey, secretKey }) => {
      const s3 = { s3_bucket_name: bucket, s3_bucket_region: region };
      const of = {
        aws_s3: { provider: 'aws_s3', ...s3, s3_access_key_id: accessKey, s3_secret_access_key: secretKey },
        'aws_s3 by role': { provider: 'aws_s3', ...s3, s3_auth_method: 'iam_role', s3_role_arn: accessKey },
        gc_storage: {
          ...{ provider: 'gc_storage', gc_storage_bucket_name: bucket, gc_storage_auth_json_content: secretKey },
        },
      };
      return send('POST', configs, { name: 'across', ...of[avala ?? 'aws_s3'] });
    },
    list: async () => listIn(get(await ok(send('GET', configs)), 'results')),
    calls: (names) => [
      () => send('GET', at(names)),
      () => send('POST', `${at(names)}test/`),
      () => send('DELETE', at(names)),
    ],
    one: (body) => body,
    shown: ({ avala }, { place: { bucket }, name, region = null, prefix, connected }, { uid }) => ({
      ...{ uid, name, is_verified: connected, provider: avala?.split(' ')[0], s3_is_accelerated: false },
      ...(avala === 'gc_storage'
        ? { gc_storage_bucket_name: bucket, gc_storage_prefix: prefix || null, s3_bucket_name: null }
        : {
            ...{ s3_bucket_name: bucket, s3_bucket_region: region, s3_bucket_prefix: prefix || null },
            s3_auth_method: avala === 'aws_s3' ? 'access_key' : 'iam_role',
          }),
    }),
    verify: async (names) => get(await ok(send('POST', `${at(names)}test/`)), 'verified') === true,
  };
}

function nodeum(send: Send): Api {
  const connectors = '/api/v2/cloud_connectors';
  const at = ({ id }: Names) => `${connectors}/${id}`;
  const sent = ({ nodeum: provider }: Row, { endpoint: url, region, accessKey, secretKey }: Place) => ({
    ...{ provider, url, region, access_key: accessKey, secret_key: secretKey },
  });
  return {
    create: (row, place) => send('POST', connectors, { name: 'across', ...sent(row, place) }),
    list: async () => listIn(get(await ok(send('GET', connectors)), 'cloud_connectors')),
    calls: (names) => [
      () => send('GET', at(names)),
      () => send('PUT', at(names), { options: 'ro' }),
      () => send('DELETE', at(names)),
    ],
    one: (body) => body,
    shown: ({ nodeum: provider }, { place: { endpoint: url, accessKey }, name, region, options }, { id }) => ({
      ...{ id, name, url, provider, access_key: accessKey },
      ...(region !== undefined && { region }),
      ...(options !== undefined && { options }),
    }),
    secretIn: (shown) => get(shown, 'secret_key'),
    /** This API tests accounts, sent as they are; the bucket has to be in the list of what was found. */
    async verify(_, row, place) {
      const job = get(await ok(send('PUT', `${connectors}/-/test`, sent(row, place))), 'job_id');
      const { status, body } = await send('GET', `${connectors}/-/test?job_id=${job}`);
      if (status === 202) return get(body, 'status') === 'failed' ? false : undefined;
      expect(listIn(get(body, 'cloud_buckets'))).toContainEqual(expect.objectContaining({ name: place.bucket }));
      return true;
    },
    async change(names) {
      await ok(send('PUT', at(names), { name: 'renamed 100%/ä', options: 'ro,noatime' }));
      return { name: 'renamed 100%/ä', options: 'ro,noatime' };
    },
    setSecret: (names, secretKey) => send('PUT', at(names), { secret_key: secretKey }),
    setVendor: (names, { nodeum: provider }, { secretKey: secret_key }) =>
      send('PUT', at(names), { provider, secret_key }),
  };
}

function cval(send: Send): Api {
  const at = ({ uid }: Names) => `/api/cloud/${uid}`;
  return {
    create: (_, { accessKey: access_key, secretKey: secret_key, endpoint, bucket }) =>
      send('POST', '/api/cloud', { access_key, secret_key, endpoint, bucket, synchronize: false }),
    list: async () => listIn(await ok(send('GET', '/api/cloud/all'))),
    calls: (names) => [
      () => send('GET', at(names)),
      () => send('PUT', `${at(names)}?synchronize=True`),
      () => send('DELETE', at(names)),
    ],
    one: (body) => body,
    shown: (_, { place: { accessKey: access_key, endpoint, bucket }, synchronize }, { uid: id }) => ({
      ...{ id, access_key, endpoint, bucket, synchronize },
    }),
    secretIn(shown) {
      const secret = get(shown, 'secret_key');
      return secret === '********' ? undefined : secret;
    },
    async change(names) {
      await ok(send('PUT', `${at(names)}?synchronize=True`));
      return { synchronize: true };
    },
  };
}

/** The four APIs of a running service, each with the key where its own client puts it. */
export function apisOf({ send }: Service, key: string): Readonly<Record<ApiName, Api>> {
  const by =
    (headers: Record<string, string>): Send =>
    (method, path, body) =>
      send(method, path, { body, headers });
  return {
    'edge-impulse': edgeImpulse(by({ 'x-api-key': key })),
    avala: avala(by({ 'x-avala-api-key': key })),
    nodeum: nodeum(by({ authorization: `Bearer ${key}` })),
    cval: cval(by({ authorization: `user_api_key:${key}` })),
  };
}
