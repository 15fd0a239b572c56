import { describe, expect, it } from 'vitest';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { declaredFunctions, functionsOf, resourcesOf, rolesOf, synthesize } from '../template.ts';

const template = synthesize({ logRetentionDays: '30', functionMemoryMb: '1024' });
const functions = functionsOf(template);

describe('functions', () => {
  it('are exactly the declared ones', () => {
    expect([...functions.keys()].sort()).toEqual(declaredFunctions.map(({ name }) => name).sort());
    expect(resourcesOf(template, 'AWS::Lambda::Function')).toHaveLength(declaredFunctions.length);
  });

  it('run on arm64 and Node 24', () => {
    for (const { properties } of functions.values()) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    }
  });

  it('have a role each, which only Lambda takes on', () => {
    const roles = [...functions.values()].map(({ role }) => role);
    expect(new Set(roles).size).toBe(functions.size);
    for (const role of roles) expect(rolesOf(template).get(role)?.principal).toBe('lambda.amazonaws.com');
  });

  it('have a log group each, kept and with a retention', () => {
    const groups = new Map(resourcesOf(template, 'AWS::Logs::LogGroup'));
    expect(new Set([...functions.values()].map(({ logGroup }) => logGroup))).toEqual(new Set(groups.keys()));
    expect(groups.size).toBe(functions.size);
    for (const group of groups.values()) {
      expect(group).toMatchObject({ DeletionPolicy: 'Retain', Properties: { RetentionInDays: 30 } });
    }
  });

  it('have the memory that the settings name', () => {
    for (const { properties } of functions.values()) expect(properties.MemorySize).toBe(1024);
  });

  it('take no concurrency away from the rest of the account', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('end before those who wait for them give up', () => {
    const gatewayWaits = 29;
    for (const { properties } of functions.values()) {
      expect(properties.Timeout).toBeLessThanOrEqual(jobTimes.lease / 1000 / 2);
    }
    for (const { name, entry } of declaredFunctions) {
      if (!entry.startsWith('functions/dialects/')) continue;
      const timeout = functions.get(name)?.properties.Timeout;
      expect(timeout).toBeLessThan(gatewayWaits);
      // A loop looks this long for the credential that the endpoint writes.
      expect(timeout).toBeLessThan(jobTimes.credential / 1000);
    }
  });
});
