import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import type { LocalTemplate } from '../../../../../infra/local/template/model.ts';
import { clients, errorNameOf, eventually, startTestAws, temporaryFolder } from '../test-aws.ts';

/** A recognisable value that must be found nowhere but in the secret. */
const canary = 'canary-3f9c1d7e';

/**
 * Declares tests of what the functions of a synthesized stack may do. They are declared where the stack is synthesized.
 * @param read gives the stack's template; it is called within the tests
 */
export function testRightsOfStack(read: () => LocalTemplate): void {
  const findFunction = (id: string) => {
    const found = read().functions.find(({ logicalId }) => logicalId.startsWith(id));
    if (found === undefined) throw new Error(`The stack has no function ${id}.`);
    return found;
  };

  it('a function of the stack may do what it is granted, on the granted resources, and nothing else', async () => {
    const invoked: (readonly [string, unknown])[] = [];
    const aws = await startTestAws({
      template: read(),
      dataDir: await temporaryFolder(),
      waits: () => 1,
      invoke: async (arn, payload) => {
        invoked.push([arn, payload]);
        return { ok: true, payload: { done: true } };
      },
    });
    const verify = findFunction('Verify');
    const { TABLE: TableName = '', PEPPER: SecretId = '', LOOP: stateMachineArn = '' } = verify.environment;
    const own = clients(aws, verify.role);
    const Item = (pk: string) => ({ pk: { S: pk }, sk: { S: '-' } });
    const get = (pk: string) => errorNameOf(own.tables.send(new GetItemCommand({ TableName, Key: Item(pk) })));

    expect(await errorNameOf(own.tables.send(new PutItemCommand({ TableName, Item: Item('ORG#1') })))).toBe(
      'succeeded',
    );
    expect(await get('JOB#1')).toBe('succeeded');
    expect(await get('ORG#1')).toBe('AccessDeniedException');
    const query = { KeyConditionExpression: 'due = :d', ExpressionAttributeValues: { ':d': { S: 'x' } } };
    expect(await errorNameOf(own.tables.send(new QueryCommand({ TableName, IndexName: 'byDue', ...query })))).toBe(
      'succeeded',
    );
    expect(
      await errorNameOf(
        clients(aws, findFunction('Step').role).tables.send(new GetItemCommand({ TableName, Key: Item('JOB#1') })),
      ),
    ).toBe('AccessDeniedException');

    const pepper = await own.secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(pepper.SecretString).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(
      await errorNameOf(own.secrets.send(new CreateSecretCommand({ Name: 'dev/conn/1', SecretString: canary }))),
    ).toBe('succeeded');
    expect(await errorNameOf(own.secrets.send(new GetSecretValueCommand({ SecretId: 'dev/conn/1' })))).toBe(
      'AccessDeniedException',
    );

    const { executionArn } = await own.machines.send(new StartExecutionCommand({ stateMachineArn, input: '{"id":1}' }));
    expect(await errorNameOf(own.machines.send(new DescribeExecutionCommand({ executionArn })))).toBe(
      'AccessDeniedException',
    );
    await eventually(() => expect(invoked).toHaveLength(2));
    expect(invoked).toMatchObject([
      [findFunction('Step').arn, { id: 1 }],
      [findFunction('Listen').arn, { detail: { executionArn, status: 'SUCCEEDED', output: '{"done":true}' } }],
    ]);

    const seen = [await aws.observe.rows(), aws.observe.secrets(), aws.observe.executions(), aws.observe.events()];
    expect(seen[0]).toEqual([{ table: TableName, item: Item('ORG#1') }]);
    expect(JSON.stringify([seen, aws.logged])).not.toContain(canary);
    expect(aws.logged.filter((line) => line.startsWith('Refused: '))).toHaveLength(4);
  });

  it('a function of the stack is refused StartExecution when its role lacks the grant', async () => {
    const verify = findFunction('Verify');
    const templateWithout = (action: string): LocalTemplate => ({
      ...read(),
      roles: read().roles.map((granted) => ({
        ...granted,
        statements: granted.statements.filter(({ actions }) => !actions.includes(action)),
      })),
    });
    const start = async (template: LocalTemplate) => {
      const aws = await startTestAws({ template, dataDir: await temporaryFolder() });
      const input = { stateMachineArn: verify.environment['LOOP'] };
      return errorNameOf(clients(aws, verify.role).machines.send(new StartExecutionCommand(input)));
    };
    expect(await start(read())).toBe('succeeded');
    expect(await start(templateWithout('states:StartExecution'))).toBe('AccessDeniedException');
  });
}
