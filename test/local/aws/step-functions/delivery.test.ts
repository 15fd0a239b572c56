import { describe, expect, it, vi } from 'vitest';
import { eventually, lambda } from '../stand.ts';
import { listener, ok, once, runToEnd, stand, templateOf, thrown, worker } from './loop.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('delivery', () => {
  it('repeats a failing listener twice, then drops the event', async () => {
    const one = await stand({ template: templateOf(once), listen: async () => thrown('Broken') });
    await one.start();
    await eventually(() => expect(one.heard).toHaveLength(3));
    await eventually(() =>
      expect(one.wire.observe.events().flatMap(({ deliveries }) => deliveries)).toEqual([
        { rule: 'ends', target: listener.arn, outcome: 'dropped', attempts: 3 },
      ]),
    );
    expect(one.wire.logged).toContain('listener failed 3 times on an event of the rule ends; it is dropped.');
  });

  it('stops repeating when the listener succeeds, and repeats as often as its configuration says', async () => {
    const outcomes = [thrown('Broken'), ok(null)];
    const one = await stand({
      template: { ...templateOf(once), functions: [worker, { ...listener, asyncRetries: 1 }] },
      listen: async () => outcomes.shift() ?? thrown('Asked too often'),
    });
    await one.start();
    await eventually(() =>
      expect(one.wire.observe.events().at(-1)?.deliveries).toMatchObject([{ outcome: 'delivered', attempts: 2 }]),
    );
  });

  it('is refused when the function’s permissions do not name EventBridge', async () => {
    const one = await stand({ template: { ...templateOf(once), functions: [worker, lambda('listener')] } });
    await one.start();
    await eventually(() =>
      expect(one.wire.observe.events().at(-1)?.deliveries).toMatchObject([{ outcome: 'refused' }]),
    );
    expect(one.heard).toEqual([]);
    expect(one.wire.logged.join()).toContain('Refused: events.amazonaws.com');
  });

  it('passes over events that the rule does not match', async () => {
    const one = await runToEnd({ template: templateOf(once) });
    // The start was published too, and the rule asks for ends only.
    expect(
      one.wire.observe.events().map(({ event, deliveries }) => [event['detail'], deliveries.length]),
    ).toMatchObject([
      [{ status: 'RUNNING' }, 0],
      [{ status: 'SUCCEEDED' }, 1],
    ]);
  });
});
