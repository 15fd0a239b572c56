import { CfnEventBusPolicy, EventBus } from 'aws-cdk-lib/aws-events';
import { CfnCondition, CfnOutput, Fn, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ownerCalls } from '../../functions/core/reverification/cloudtrail-calls.ts';
import { eventAccountsParameter } from '../parameters/webhooks.ts';

/**
 * The service's own bus: what it tells of its connections, and what owners of storage forward from their accounts.
 *
 * Those accounts may put events of AWS's sources there, which nobody can make up (PutEvents refuses a source that begins
 * with `aws.`), and no others: what asks this service for checks has to come from its own account.
 */
export function ownerBus(scope: Construct, id: string): EventBus {
  const stack = Stack.of(scope);
  const bus = new EventBus(scope, id, { description: 'Events of storage connections, and of the storage they reach.' });
  const accounts = eventAccountsParameter(stack);
  const some = new CfnCondition(scope, `${id}HaveAccounts`, {
    expression: Fn.conditionNot(Fn.conditionEquals(Fn.join('', accounts.valueAsList), '')),
  });
  const policy = new CfnEventBusPolicy(scope, `${id}Policy`, {
    eventBusName: bus.eventBusName,
    statementId: 'OwnersAccounts',
    statement: {
      Sid: 'OwnersAccounts',
      Effect: 'Allow',
      // An account's id stands for its ARN (IAM User Guide, "AWS JSON policy elements: Principal").
      Principal: { AWS: accounts.valueAsList },
      Action: 'events:PutEvents',
      Resource: bus.eventBusArn,
      Condition: { StringEquals: { 'events:source': Object.keys(ownerCalls) } },
    },
  });
  // A policy of nobody is refused.
  policy.cfnOptions.condition = some;
  new CfnOutput(stack, 'EventBusArn', {
    description: 'Where owners of storage forward their events, and where changes of connections are told.',
    value: bus.eventBusArn,
  });
  return bus;
}
