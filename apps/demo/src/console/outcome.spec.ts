import { describe, expect, it } from '@jest/globals';
import type { Happening, JournalEntry } from '../journal/journal-entry.js';
import type { MessageKind } from '../message/message-kind.js';
import { judge } from './outcome.js';

const kind = { topic: 'REQ', listener: 'Replier', messages: 1, replies: 1 } as MessageKind;
const entry = (happening: Happening, text: string, topic = 'REQ'): JournalEntry => ({
  id: 1,
  happening,
  topic,
  text,
  by: 'x',
  detail: '',
  at: 0,
});

describe('the outcome of the demo', () => {
  it('is good when what was sent was received, and what was asked was answered', () => {
    const { problems, totals } = judge([kind], [entry('sent', 'a'), entry('received', 'a'), entry('replied', 'b')]);
    expect(problems).toEqual([]);
    expect(totals).toEqual({ sent: 1, received: 1, replies: 1 });
  });

  it('names what is missing', () => {
    expect(judge([kind], [entry('sent', 'a')]).problems).toEqual([
      'REQ: Replier received 0 of 1 messages',
      'REQ: 0 of 1 requests were answered',
      'REQ: nobody received "a"',
    ]);
    expect(judge([kind], [entry('failed', 'no broker')]).problems).toContain('REQ: x failed: no broker');
  });
});
