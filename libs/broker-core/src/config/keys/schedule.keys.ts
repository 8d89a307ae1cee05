import { int, type SliceOf, text } from '../key.js';

/** Delayed messages. */
export const scheduleKeys = {
  messageDelayLevel: text(
    'messageDelayLevel',
    '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h',
    'The delay of level 1, 2, 3 and so on.',
    {
      pattern: /^\d+[smhd]( \d+[smhd]){0,63}$/,
      allowed: 'numbers with s, m, h or d, separated by one space',
      important: true,
    },
  ),
  flushOffsetsEveryMs: int('flushDelayOffsetInterval', 10_000, 'Milliseconds between two writes of delayOffset.json.', {
    min: 100,
    max: 600_000,
  }),
  offsetVersionStep: int('delayOffsetUpdateVersionStep', 200, 'Deliveries per step of the offsets’ data version.', {
    min: 1,
  }),
};

export type ScheduleConfig = SliceOf<typeof scheduleKeys>;
