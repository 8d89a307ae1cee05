import { RequestError } from '../runtime/errors.js';
import { ResponseCode } from '../protocol/response-code.js';

/** One attribute that topics may carry. */
interface Attribute {
  readonly isChangeable: boolean;
  /** Why `value` cannot be taken; undefined when it can. */
  problemOf(value: string): string | undefined;
}

const oneOf = (isChangeable: boolean, words: readonly string[]): Attribute => ({
  isChangeable,
  problemOf: (value) => (words.includes(value) ? undefined : `value is not in set: {${words.join(', ')}}`),
});

// queue.type BatchCQ and cleanup.policy COMPACTION need store files that this broker does not write: taking them
// would silently store something else.
const attributes = new Map<string, Attribute>([
  ['queue.type', oneOf(false, ['SimpleCQ'])],
  ['cleanup.policy', oneOf(false, ['DELETE'])],
  ['message.type', oneOf(true, ['UNSPECIFIED', 'NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED', 'LITE', 'PRIORITY'])],
]);

const refuse = (problem: string): never => {
  throw new RequestError(ResponseCode.INVALID_PARAMETER, problem);
};

/**
 * The attributes of a topic after `wanted` is applied: `+name` adds or changes, `-name` takes away.
 *
 * Throws  RequestError INVALID_PARAMETER for an unknown name, a value out of its set, or a change that is not allowed
 * Source  RocketMQ AttributeUtil#alterCurrentAttributes, TopicAttributes
 */
export function alterAttributes(
  current: ReadonlyMap<string, string> | undefined,
  wanted: ReadonlyMap<string, string>,
): Map<string, string> {
  const result = new Map(current);
  const seen = new Set<string>();
  for (const [key, value] of wanted) {
    const sign = key.charAt(0);
    const name = key.slice(1);
    if (name === '' || /[+-]/.test(name)) refuse('kv string format wrong.');
    if (seen.has(name)) refuse(`alter duplication key. key: ${name}`);
    seen.add(name);
    if (current === undefined && sign !== '+') {
      refuse(`only add attribute is supported while creating topic. key: ${name}`);
    }
    if (sign === '+') result.set(name, checkedValue(name, value, current !== undefined));
    else if (sign === '-') removeFrom(result, name);
    else refuse(`wrong format key: ${key}; write +name or -name`);
  }
  return result;
}

function checkedValue(name: string, value: string, isUpdate: boolean): string {
  const attribute = attributes.get(name) ?? refuse(`unsupported key: ${name}`);
  if (isUpdate && !attribute.isChangeable) refuse(`attempt to update an unchangeable attribute. key: ${name}`);
  const problem = attribute.problemOf(value);
  if (problem !== undefined) refuse(`${name}: ${problem}`);
  return value;
}

function removeFrom(result: Map<string, string>, name: string): void {
  if (!result.has(name)) refuse(`attempt to delete a nonexistent key: ${name}`);
  if (attributes.get(name)?.isChangeable === false) refuse(`attempt to update an unchangeable attribute. key: ${name}`);
  result.delete(name);
}
