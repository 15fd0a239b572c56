import { addConnection, type NewConnection } from '../../../functions/core/connections/add-connection.ts';
import { updateConnection } from '../../../functions/core/connections/update-connection.ts';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Ports } from '../../../functions/core/ports.ts';
import type { CheckMessage } from '../../../functions/core/records/check-ports.ts';
import type { Connection, SavedTarget } from '../../../functions/core/records/connection.ts';
import type { ScheduleSettings } from '../../../functions/core/records/schedule.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StoredObject } from '../../../functions/core/storage/storage.ts';
import { check } from '../../../functions/workflows/reverification/check/task.ts';
import { sweep } from '../../../functions/workflows/reverification/sweep/task.ts';
import { memoryService } from '../../memory/service.ts';

export const organizationId = 7;
export const s3: SavedTarget = { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' };
export const amazon: SavedTarget = { ...s3, endpoint: 'https://s3.eu-west-1.amazonaws.com', region: 'eu-west-1' };
export const azure: SavedTarget = {
  ...{ provider: 'azure', endpoint: 'https://acct.blob.core.windows.net', bucket: 'box', prefix: '' },
};
export const pair = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' } as const satisfies Credential;
export const accountKey = { kind: 'account-key', account: 'acct', key: 'a2V5' } as const satisfies Credential;

export const minute = 60_000;

type Wrong = Exclude<DiagnosisCode, 'region-wrong'>;

/** A service in memory whose storage works until it is said to be `wrong`, with its schedule, queue and workers. */
export function checkScene(options: { times?: ScheduleSettings; objects?: readonly StoredObject[] } = {}) {
  let code: Wrong | undefined;
  const { objects = [{ key: 'a.csv', size: 1 }], times } = options;
  const memory = memoryService({ objects, wrong: () => (code ? diagnose(code) : undefined), ...(times && { times }) });
  const { ports: alive, context, connections, sent, task } = memory;

  const receive = async (message: unknown, ports: Ports = alive): Promise<void> =>
    check.run({ Records: [{ messageId: '1', body: JSON.stringify(message) }] }, ports, task());
  const scene = {
    ...memory,
    /** From now on the storage answers so; undefined: it works. */
    be: (wrong: Wrong | undefined) => {
      code = wrong;
    },
    async add(target: SavedTarget = s3, more: Partial<NewConnection> = {}): Promise<Connection> {
      const credential = target.provider === 'azure' ? accountKey : pair;
      const of = { organizationId, target, credential, revealable: false, ask: 'first', ...more } as const;
      const added = await addConnection(of, alive, context());
      if (added.result !== 'added') throw new Error(`It is ${added.result}.`);
      return added.connection;
    },
    change: (uid: string, bucket: string) =>
      updateConnection(organizationId, { uid }, { bucket }, 'at-once', alive, context()),
    get: async (uid: string): Promise<Connection> => {
      const connection = await connections.write.byUid(organizationId, uid);
      if (!connection) throw new Error('It is gone.');
      return connection;
    },
    sweep: async (ports: Ports = alive): Promise<readonly CheckMessage[]> => {
      const before = sent.length;
      await sweep.run({}, ports, task());
      return sent.slice(before);
    },
    receive,
    /** Sweeps, and does what it handed over. */
    async work(): Promise<void> {
      for (const message of await scene.sweep()) await receive(message);
    },
    /** Turns the clock to when a connection is due, and works. */
    async workWhenDue(uid: string): Promise<void> {
      const { check: next } = await scene.get(uid);
      memory.pass(Math.max(0, (next?.dueAt ?? 0) - memory.now()));
      await scene.work();
    },
    /** What was announced of a connection, as `from > to`. */
    told: () =>
      memory.published.flatMap((event) => {
        if (event.type !== 'ConnectionVerificationChanged') return [event.type];
        const { from, to } = event.detail;
        const text = (status: typeof from | typeof to) => ('code' in status ? status.code : status.status);
        return [`${text(from)} > ${text(to)}`];
      }),
  };
  return scene;
}

/** The only message there is. */
export const only = (messages: readonly CheckMessage[]): CheckMessage => {
  const [message, ...others] = messages;
  if (!message || others.length > 0) throw new Error(`There are ${messages.length}.`);
  return message;
};
