import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import type { LocalTemplate } from '../../../../../infra/local/template/model.ts';
import { clients, eventually, failureOf, startWire, temporaryFolder } from '../stand.ts';

/** Recognisable, and nowhere to be found but in the secret itself. */
const canary = 'canary-3f9c1d7e';

/**
 * What the functions of a synthesized stack (cdk.ts in the template's tests) may do on the wire; it is called where the
 * stack is synthesized.
 * @param read gives the stack's template once it is there
 */
export function testRightsOfStack(read: () => LocalTemplate): void {
  const named = (id: string) => {
    const found = read().functions.find(({ logicalId }) => logicalId.startsWith(id));
    if (found === undefined) throw new Error(`The stack has no function ${id}.`);
    return found;
  };

  it('lets a function do what it is granted, on what it is granted, and runs what it starts', async () => {
    const invoked: (readonly [string, unknown])[] = [];
    const wire = await startWire({
      template: read(),
      dataDir: await temporaryFolder(),
      waits: () => 1,
      invoke: async (arn, payload) => {
        invoked.push([arn, payload]);
        return { ok: true, payload: { done: true } };
      },
    });
    const verify = named('Verify');
    const { TABLE: TableName = '', PEPPER: SecretId = '', LOOP: stateMachineArn = '' } = verify.environment;
    const own = clients(wire, verify.role);
    const Item = (pk: string) => ({ pk: { S: pk }, sk: { S: '-' } });
    const get = (pk: string) => failureOf(own.tables.send(new GetItemCommand({ TableName, Key: Item(pk) })));

    expect(await failureOf(own.tables.send(new PutItemCommand({ TableName, Item: Item('ORG#1') })))).toBe('answered');
    expect(await get('JOB#1')).toBe('answered');
    expect(await get('ORG#1')).toBe('AccessDeniedException');
    const query = { KeyConditionExpression: 'due = :d', ExpressionAttributeValues: { ':d': { S: 'x' } } };
    expect(await failureOf(own.tables.send(new QueryCommand({ TableName, IndexName: 'byDue', ...query })))).toBe(
      'answered',
    );
    expect(
      await failureOf(
        clients(wire, named('Step').role).tables.send(new GetItemCommand({ TableName, Key: Item('JOB#1') })),
      ),
    ).toBe('AccessDeniedException');

    const pepper = await own.secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(pepper.SecretString).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(
      await failureOf(own.secrets.send(new CreateSecretCommand({ Name: 'dev/conn/1', SecretString: canary }))),
    ).toBe('answered');
    expect(await failureOf(own.secrets.send(new GetSecretValueCommand({ SecretId: 'dev/conn/1' })))).toBe(
      'AccessDeniedException',
    );

    const { executionArn } = await own.machines.send(new StartExecutionCommand({ stateMachineArn, input: '{"id":1}' }));
    expect(await failureOf(own.machines.send(new DescribeExecutionCommand({ executionArn })))).toBe(
      'AccessDeniedException',
    );
    await eventually(() => expect(invoked).toHaveLength(2));
    expect(invoked).toMatchObject([
      [named('Step').arn, { id: 1 }],
      [named('Listen').arn, { detail: { executionArn, status: 'SUCCEEDED', output: '{"done":true}' } }],
    ]);

    const seen = [await wire.observe.rows(), wire.observe.secrets(), wire.observe.executions(), wire.observe.events()];
    expect(seen[0]).toEqual([{ table: TableName, item: Item('ORG#1') }]);
    expect(JSON.stringify([seen, wire.logged])).not.toContain(canary);
    expect(wire.logged.filter((line) => line.startsWith('Refused: '))).toHaveLength(4);
  });

  it('refuses a call as soon as its grant is taken away', async () => {
    const verify = named('Verify');
    const without = (action: string): LocalTemplate => ({
      ...read(),
      roles: read().roles.map((one) => ({
        ...one,
        statements: one.statements.filter(({ actions }) => !actions.includes(action)),
      })),
    });
    const start = async (used: LocalTemplate) => {
      const wire = await startWire({ template: used, dataDir: await temporaryFolder() });
      const input = { stateMachineArn: verify.environment['LOOP'] };
      return failureOf(clients(wire, verify.role).machines.send(new StartExecutionCommand(input)));
    };
    expect(await start(read())).toBe('answered');
    expect(await start(without('states:StartExecution'))).toBe('AccessDeniedException');
  });
}
