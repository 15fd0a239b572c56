import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../infra/settings.ts';

describe('settings', () => {
  it('have defaults', () => {
    expect(settingsFrom({})).toEqual({
      stage: 'prod',
      logRetentionDays: 90,
      functionMemoryMb: 512,
      throttleRate: 100,
      throttleBurst: 200,
      deletionProtection: true,
      userPool: false,
      userPoolCallbackUrl: 'http://localhost:3000/callback',
    });
  });

  it('come as text from the command line, and as what they are from cdk.json', () => {
    const expected = { stage: 'dev', logRetentionDays: 7, throttleRate: 5, deletionProtection: true };
    expect(settingsFrom(expected)).toMatchObject(expected);
    expect(
      settingsFrom({ stage: 'dev', logRetentionDays: '7', throttleRate: '5', deletionProtection: 'true' }),
    ).toMatchObject(expected);
  });

  it('protect what is deployed as prod, unless told otherwise', () => {
    expect(settingsFrom({ stage: 'dev' }).deletionProtection).toBe(false);
    expect(settingsFrom({ deletionProtection: 'false' }).deletionProtection).toBe(false);
  });

  it('take a callback of this machine or by https', () => {
    for (const userPoolCallbackUrl of ['http://localhost:8080/', 'https://app.example.com/signed-in?from=pool']) {
      expect(settingsFrom({ userPool: 'true', userPoolCallbackUrl })).toMatchObject({
        userPool: true,
        userPoolCallbackUrl,
      });
    }
  });

  it("leave the CDK's own context alone", () => {
    const cdk = { 'aws:cdk:version-reporting': true, '@aws-cdk/core:x': true, 'cli-telemetry': false };
    expect(settingsFrom(cdk)).toEqual(settingsFrom({}));
  });

  it.each([
    [{ stgae: 'dev' }, 'there is no setting stgae (there are stage, logRetentionDays,'],
    [{ 'log-retention-days': '7' }, 'there is no setting log-retention-days'],
    [{ stage: 'Prod' }, 'stage must be a short lower-case name'],
    [{ stage: 'a/../b' }, 'stage must be a short lower-case name'],
    [{ logRetentionDays: '8' }, 'logRetentionDays must be a retention that CloudWatch Logs offers'],
    [{ functionMemoryMb: '64' }, 'functionMemoryMb must be a whole number from 128 to 10240'],
    [{ functionMemoryMb: '512.5' }, 'functionMemoryMb must be a whole number'],
    [{ throttleRate: 'many' }, 'throttleRate must be a whole number from 1 to 10000'],
    [{ throttleBurst: '' }, 'throttleBurst must be a whole number from 1 to 5000'],
    [{ deletionProtection: 'perhaps' }, 'deletionProtection must be true or false'],
    [{ userPool: 'yes' }, 'userPool must be true or false'],
    [{ userPoolCallbackUrl: 'http://app.example.com/' }, 'userPoolCallbackUrl must be an https URL'],
    [{ userPoolCallbackUrl: 'http://localhost.example.com/' }, 'userPoolCallbackUrl must be an https URL'],
    [{ userPoolCallbackUrl: 'https://app.example.com/#/callback' }, 'userPoolCallbackUrl must be an https URL'],
    [{ userPoolCallbackUrl: '' }, 'userPoolCallbackUrl must be an https URL'],
  ])('refuse %j', (context, said) => {
    expect(() => settingsFrom(context)).toThrow(said);
  });

  it('name every mistake at once', () => {
    expect(() => settingsFrom({ stage: '', throttleRate: '0' })).toThrow(/stage must.*; throttleRate must/);
  });
});
