import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Jobs } from '../../core/jobs/ports.ts';
import type { JobReference } from '../../core/records/job.ts';
import { conditionHeld, table } from '../dynamodb/client.ts';
import { staleDue } from '../dynamodb/due-index.ts';
import { variable } from '../runtime/environment.ts';
import { fromRow, jobKey, toRow } from './job-row.ts';

/** Jobs in the connections table. Each transition names the state it may come from and is one conditional write. */
export const jobs = (): Jobs => {
  const TableName = variable('CONNECTIONS_TABLE');

  /** Changes the row of a job that is still the one in its place and fulfils the further condition. */
  const change = (
    job: JobReference,
    update: string,
    condition: string,
    values: Readonly<Record<string, unknown>>,
  ): Promise<boolean> =>
    conditionHeld(
      table.send(
        new UpdateCommand({
          TableName,
          Key: jobKey(job.fingerprint),
          UpdateExpression: update,
          ConditionExpression: `generation = :generation AND ${condition}`,
          ExpressionAttributeValues: { ':generation': job.generation, ...values },
        }),
      ),
    );

  return {
    async read(fingerprint) {
      const { Item } = await table.send(new GetCommand({ TableName, Key: jobKey(fingerprint), ConsistentRead: true }));
      return Item && fromRow(Item);
    },
    begin: (job, seen) =>
      conditionHeld(
        table.send(
          new PutCommand({
            TableName,
            Item: toRow(job),
            ...(seen
              ? {
                  ConditionExpression: 'generation = :seen OR attribute_not_exists(pk)',
                  ExpressionAttributeValues: { ':seen': seen.generation },
                }
              : { ConditionExpression: 'attribute_not_exists(pk)' }),
          }),
        ),
      ),
    extend: (job, deadlineAt, waitingFor) => {
      const set = `SET deadlineAt = :deadlineAt, due = :due, dueKey = :dueKey${waitingFor ? ', waitingFor = :waitingFor' : ''}`;
      return change(job, set, 'attribute_not_exists(settledAt)', {
        ...(waitingFor && { ':waitingFor': waitingFor }),
        ':deadlineAt': deadlineAt,
        ':due': staleDue(job.fingerprint, deadlineAt).due,
        ':dueKey': staleDue(job.fingerprint, deadlineAt).dueKey,
      });
    },
    progress: (job, progress) =>
      change(job, 'SET progress = :progress', 'attribute_not_exists(settledAt)', { ':progress': progress }),
    settle: (job, outcome, at) =>
      change(job, 'SET outcome = :outcome, settledAt = :at REMOVE due, dueKey', 'attribute_not_exists(settledAt)', {
        ':outcome': outcome,
        ':at': at,
      }),
    async deliver(job, at) {
      await change(job, 'SET deliveredAt = :at', 'attribute_exists(settledAt) AND attribute_not_exists(deliveredAt)', {
        ':at': at,
      });
    },
  };
};
