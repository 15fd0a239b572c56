import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordVerification } from '../core/ports.ts';
import { verified } from '../core/verification.ts';
import { connectionPlace } from './connection-row.ts';
import { readConnections } from './connections.ts';
import { variable } from './environment.ts';
import { table, wrote } from './table.ts';

/** Puts an outcome on a connection that still is as it was verified. */
export const recordVerification: RecordVerification = async (of, outcome, at) => {
  const { organizationId, uid, credentialVersion, job } = of;
  const connection = await readConnections().byUid(organizationId, uid);
  if (!connection) return;
  await wrote(
    table.send(
      new UpdateCommand({
        TableName: variable('CONNECTIONS_TABLE'),
        Key: connectionPlace(organizationId, uid),
        UpdateExpression: 'SET verification = :verification',
        ConditionExpression: [
          'version = :seen AND credential.version = :credential',
          job === undefined ? 'verification.#status <> :connecting' : 'verification.job = :job',
        ].join(' AND '),
        ...(job === undefined && { ExpressionAttributeNames: { '#status': 'status' } }),
        ExpressionAttributeValues: {
          ':verification': verified(connection.verification, outcome, at),
          ':seen': connection.version,
          ':credential': credentialVersion,
          ...(job === undefined ? { ':connecting': 'connecting' } : { ':job': job }),
        },
      }),
    ),
  );
};
