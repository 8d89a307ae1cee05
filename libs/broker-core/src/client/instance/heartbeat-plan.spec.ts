import { describe, expect, it } from '@jest/globals';
import { HeartbeatPlan } from './heartbeat-plan.js';

describe('HeartbeatPlan', () => {
  const planFor = (...addresses: string[]) => {
    const plan = new HeartbeatPlan(30_000);
    plan.keep(new Set(addresses), 0);
    return plan;
  };

  it('greets a new broker at once and then every interval', () => {
    const plan = planFor('a:1');
    expect(plan.takeDue(0)).toEqual(['a:1']);
    expect(plan.takeDue(0)).toEqual([]);
    expect(plan.succeeded('a:1', 10)).toBe(true);
    expect(plan.takeDue(30_009)).toEqual([]);
    expect(plan.takeDue(30_010)).toEqual(['a:1']);
    expect(plan.succeeded('a:1', 30_010)).toBe(false);
  });

  it('asks a silent broker later and later, never more rarely than the interval', () => {
    const plan = planFor('a:1');
    const pauses: number[] = [];
    for (let now = 0, round = 0; round < 8; round++) {
      plan.takeDue(now);
      plan.failed('a:1', now);
      const from = now;
      while (plan.takeDue(now).length === 0) now += 500;
      pauses.push(now - from);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('greets again at once after a lost connection', () => {
    const plan = planFor('a:1', 'b:1');
    for (const address of plan.takeDue(0)) plan.succeeded(address, 0);
    expect(plan.isStranger('a:1')).toBe(false);
    plan.disconnected('a:1', 5);
    expect(plan.isStranger('a:1')).toBe(true);
    expect(plan.takeDue(5)).toEqual(['a:1']);
    expect(plan.succeeded('a:1', 6)).toBe(true);
  });

  it('takes a broker for a stranger until it was asked, with or without success', () => {
    const plan = planFor('a:1', 'b:1');
    expect(plan.takeDue(0).map((address) => plan.isStranger(address))).toEqual([true, true]);
    plan.succeeded('a:1', 1);
    plan.failed('b:1', 1);
    expect([plan.isStranger('a:1'), plan.isStranger('b:1'), plan.isStranger('nobody:1')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('forgets brokers that nobody routes to', () => {
    const plan = planFor('a:1', 'b:1');
    plan.keep(new Set(['b:1']), 1);
    expect(plan.takeDue(1)).toEqual(['b:1']);
  });
});
