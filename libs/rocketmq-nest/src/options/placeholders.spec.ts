import { describe, expect, it } from '@jest/globals';
import { checkOptions, refuseUnsupported } from './checked-options.js';
import { resolvePlaceholders, resolveText } from './placeholders.js';

const lookup = (key: string) => ({ env: 'prod', 'order.topic': 'orders' })[key];
const resolve = (text: string) => resolveText(text, lookup, { option: 'topic', where: 'OrderListener' });

describe('placeholders', () => {
  it('take the value, else the default, else fail naming option, class and key', () => {
    expect(resolve('${order.topic}')).toBe('orders');
    expect(resolve('${missing:a:b}-${env}')).toBe('a:b-prod');
    expect(resolve('${missing:}')).toBe('');
    expect(resolve('${a:${b:${env}}}')).toBe('prod');
    expect(resolve('no placeholder')).toBe('no placeholder');
    expect(() => resolve('${missing}')).toThrow('${missing} in topic of OrderListener is not set');
    expect(() => resolve('${env')).toThrow('no closing brace');
  });

  it('are found at any depth, but not in what is not ours', () => {
    class Payload {}
    const options = {
      topic: '${env}',
      payloadType: Payload,
      subscriptions: [{ topic: '${order.topic}' }],
      at: new Date(0),
    };
    expect(resolvePlaceholders(options, lookup, 'x')).toEqual({
      topic: 'prod',
      payloadType: Payload,
      subscriptions: [{ topic: 'orders' }],
      at: new Date(0),
    });
  });
});

describe('options', () => {
  it('become numbers and booleans when they came as texts', () => {
    expect(checkOptions({ concurrency: '10', enabled: 'false', topic: 't' }, 'A')).toEqual({
      concurrency: 10,
      enabled: false,
      topic: 't',
    });
  });

  it.each([
    [{ concurrency: 0 }, 'concurrency of A is 0; it must be a whole number, 1 at least and 10000 at most'],
    [{ concurrency: 'ten' }, 'concurrency of A is "ten"'],
    [{ consumeMode: 'ORDERED' }, 'consumeMode of A is "ORDERED"; it must be CONCURRENTLY or ORDERLY'],
    [{ accessChannel: 'MOON' }, 'it must be LOCAL or CLOUD'],
    [{ autoCommit: 'maybe' }, 'it must be true or false'],
  ])('are refused with what they must be: %j', (options, sentence) => {
    expect(() => checkOptions(options, 'A')).toThrow(sentence);
  });

  it.each([
    { endpoints: 'localhost:8081' },
    { credentials: { accessKey: 'a', secretKey: 'b' } },
    { tls: true },
    { namespace: 'n' },
    { trace: { enabled: true } },
    { selectorType: 'SQL92' },
  ])('are refused while they are not supported: %j', (options) => {
    expect(() => refuseUnsupported(options, 'A')).toThrow('of A is not supported yet');
  });
});
