import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { writePrivately } from '../../../infra/local/private-file.ts';
import { serviceFile } from '../../../infra/local/service-file.ts';
import { type Api, apisOf, type Names, type State } from '../across/across-apis.ts';
import { type ApiName, apiNames, type Place, type Row, rows } from '../across/across-rows.ts';
import { operatorOf } from '../operator.ts';
import { clockOf } from '../passing-time.ts';
import type { Service } from '../service.ts';

/** A connection that works until something happens to it. */
export interface Followed {
  readonly row: Row;
  readonly place: Place;
  readonly names: Names;
  readonly name: string;
  /** The APIs that show it. */
  readonly by: readonly ApiName[];
  readonly maker: ApiName;
}
export type FollowedName = 'amazon' | 'dataset' | 'google' | 'azure' | 'account';

/** Which connections there are: one of each kind of storage, one whose secret no API tells, and a whole account. */
const made: Readonly<Record<FollowedName, { readonly is: string; readonly maker: ApiName }>> = {
  amazon: { is: 's3, Amazon', maker: 'cval' },
  dataset: { is: 's3, Amazon', maker: 'edge-impulse' },
  google: { is: 'gcs, service account', maker: 'edge-impulse' },
  azure: { is: 'azure', maker: 'edge-impulse' },
  account: { is: 's3, Amazon', maker: 'nodeum' },
};

const toldEvent = z.object({
  source: z.literal('storage-connections'),
  'detail-type': z.enum(['ConnectionVerificationChanged', 'DatasetChanged']),
  detail: z.looseObject({ id: z.string(), connection: z.string() }),
});
const verifiedAt = z.object({ last_verified_at: z.string() });

function demoOf({ demo }: Service['target']) {
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}

/** A running service with connections, seen from all sides. */
export async function startFollowing(service: Service) {
  const { target } = service;
  const { wire, seeded } = target;
  const demo = demoOf(target);
  const directory = await mkdtemp(join(tmpdir(), 'reverified-'));
  const file = join(directory, 'service.json');
  writePrivately(file, serviceFile(target));
  const [clock, operator, apis] = [clockOf(service), operatorOf(service), apisOf(service, seeded.key)];

  async function make(name: FollowedName): Promise<Followed> {
    const { is, maker } = made[name];
    const row = rows.find((one) => one.is === is);
    if (!row) throw new Error(`There is no row ${is}.`);
    const place = { ...row.place(demo), ...(name === 'dataset' && { bucket: demo.s3.dataset }) };
    const answer = await apis[maker].create?.(row, place);
    expect(answer?.status).toBe(maker === 'nodeum' ? 201 : 200);
    // Edge Impulse and Nodeum tell the number, CVAL the uid.
    const called = z.object({ id: z.union([z.int(), z.string()]) }).parse(answer?.body).id;
    const added = (await clock.connections()).find(({ id, uid }) => called === id || called === uid);
    if (!added) throw new Error('Nothing was added.');
    const by = name === 'account' ? [maker] : apiNames.filter((api) => row[api] !== undefined);
    return { row, place, names: added, name: added.name, by, maker };
  }

  const [bus] = target.template.buses;
  const everythingTold = () =>
    wire.observe.events().flatMap((published) => {
      const { success, data } = toldEvent.safeParse(published.event);
      return published.bus === bus?.name && success ? [{ type: data['detail-type'], detail: data.detail }] : [];
    });
  const told = (of: string, { names }: Followed) =>
    everythingTold().flatMap(({ type, detail }) => (type === of && detail.connection === names.uid ? [detail] : []));

  /** The connection in the list of each API that shows it. */
  async function listed({ names, by }: Followed): Promise<ReadonlyMap<ApiName, unknown>> {
    const lists = await Promise.all(by.map(async (api) => [api, await apis[api].list()] as const));
    const isIt = (one: unknown) => {
      const { id, uid } = z.looseObject({ id: z.optional(z.unknown()), uid: z.optional(z.unknown()) }).parse(one);
      return id === names.id || id === names.uid || uid === names.uid;
    };
    return new Map(lists.map(([api, list]) => [api, list.find(isIt)]));
  }

  const [amazon, dataset, google, azure, account] = await Promise.all([
    make('amazon'),
    make('dataset'),
    make('google'),
    make('azure'),
    make('account'),
  ]);
  const followed: Readonly<Record<FollowedName, Followed>> = { amazon, dataset, google, azure, account };
  return {
    ...{ service, demo, clock, operator, apis, file, listed, everythingTold },
    followed,
    /** Fails unless a connection names the version of its secret that is the current one in the vault. */
    async expectCurrentSecret({ names }: Followed): Promise<void> {
      const secret = wire.observe.secrets().find(({ name }) => name.endsWith(`/conn/${names.uid}`));
      const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
      expect((await clock.connection(names.uid)).credential.version).toBe(current?.id);
    },
    /** What was told of a connection's status on the bus, in order. */
    told: (of: Followed) => told('ConnectionVerificationChanged', of),
    /** The same of its dataset. */
    datasetTold: (of: Followed) => told('DatasetChanged', of),
    /** Fails unless each API that has a field for it shows whether it works, and the others show what they did before. */
    async expectShown(of: Followed, connected: boolean, before: ReadonlyMap<ApiName, unknown>): Promise<void> {
      const { row, place, names, name, maker } = of;
      const state: State = {
        ...{ place, name, prefix: '', synchronize: false, connected, revealable: maker === 'cval' },
        ...(maker !== 'cval' && place.region !== undefined && { region: place.region }),
      };
      for (const [api, one] of await listed(of)) {
        const shows: Api = apis[api];
        expect([api, one]).toEqual([api, expect.objectContaining(shows.shown(row, state, names))]);
        const earlier = before.get(api);
        if (api === 'nodeum' || api === 'cval') expect([api, one]).toEqual([api, earlier]);
        if (api === 'avala') {
          const [then, now] = [verifiedAt.parse(earlier), verifiedAt.parse(one)];
          expect(now.last_verified_at > then.last_verified_at).toBe(true);
        }
      }
    },
    async stop(): Promise<void> {
      clock.stop();
      await rm(directory, { recursive: true });
    },
  };
}
export type Scene = Awaited<ReturnType<typeof startFollowing>>;
