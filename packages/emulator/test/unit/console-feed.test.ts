import { describe, expect, test } from 'vitest';
import { createPageQueue } from '../../src/console/page-queue.ts';
import { createTrafficMeter } from '../../src/console/traffic-meter.ts';
import type { RecordedRequest } from '../../src/index.ts';

const record = (id: number): RecordedRequest => ({
  id,
  service: 'gateway',
  operation: 'invokeByUuid',
  method: 'POST',
  url: '/',
  path: '/',
  query: {},
  headers: {},
  startedAtMs: 0,
  body: '',
  bodyCut: false,
  responseBodyCut: false,
  outcome: 'answered',
  ran: [],
});

describe('what a page has still to be told', () => {
  test('does not grow beyond its capacity: the newest stay, and the others are counted', () => {
    const queue = createPageQueue(3);
    for (let id = 1; id <= 10; id += 1) queue.request(record(id));
    const news = queue.take();
    expect(news.requests.map(({ id }) => id)).toEqual([8, 9, 10]);
    expect(news.skipped).toBe(7);
    expect(queue.take()).toEqual({ requests: [], skipped: 0, areas: [], traffic: false });
  });

  test('a request that changes often is told once, an area too', () => {
    const queue = createPageQueue(3);
    const one = record(1);
    for (let turn = 0; turn < 10; turn += 1) {
      queue.request(one);
      queue.area('tokens');
      queue.traffic();
    }
    queue.area('faults');
    expect(queue.take()).toEqual({ requests: [one], skipped: 0, areas: ['tokens', 'faults'], traffic: true });
  });
});

describe('the meter', () => {
  const call = { operation: 'invokeByUuid', status: 200, outcome: 'answered', durationMs: 10 } as const;

  test('counts calls and failures, and invocations apart', () => {
    const meter = createTrafficMeter(() => 1_000_000);
    meter.count(call);
    meter.count({ ...call, status: 503 });
    meter.count({ ...call, outcome: 'cut', status: undefined });
    meter.count({ ...call, operation: 'appToken', status: 302 });
    expect(meter.read().all).toMatchObject([{ startMs: 1_000_000, calls: 4, failures: 2 }]);
    expect(meter.read().invocations).toMatchObject([{ calls: 3, failures: 2 }]);
    meter.clear();
    expect(meter.read().all).toEqual([]);
  });

  test('tells latencies within a step of half as much again', () => {
    const meter = createTrafficMeter(() => 1_000_000);
    for (let ms = 1; ms <= 1_000; ms += 1) meter.count({ ...call, durationMs: ms });
    const [slot] = meter.read().all;
    expect(slot?.medianMs).toBeGreaterThanOrEqual(500);
    expect(slot?.medianMs).toBeLessThanOrEqual(500 * Math.SQRT2);
    expect(slot?.p95Ms).toBeGreaterThanOrEqual(950);
    expect(slot?.p95Ms).toBeLessThanOrEqual(950 * Math.SQRT2);
    meter.count({ ...call, durationMs: 10_000_000 });
    meter.count({ ...call, durationMs: 0 });
    expect(meter.read().all[0]?.calls).toBe(1_002);
  });

  test('goes back five minutes, and keeps no more however long it runs', () => {
    let now = 1_000_000;
    const meter = createTrafficMeter(() => now);
    for (let second = 0; second < 1_000; second += 1) {
      meter.count(call);
      now += 1_000;
    }
    const { all, slotMs } = meter.read();
    expect(all.length).toBeLessThanOrEqual(60);
    expect(all.length).toBeGreaterThanOrEqual(58);
    expect(all.map(({ startMs }) => startMs)).toEqual(all.map((_, index) => (all[0]?.startMs ?? 0) + index * slotMs));
    expect(all.every(({ calls }) => calls === 5)).toBe(true);
    expect(meter.read(all.at(-1)?.startMs).all).toHaveLength(1);
    now += 3_600_000;
    expect(meter.read().all).toEqual([]);
  });
});
