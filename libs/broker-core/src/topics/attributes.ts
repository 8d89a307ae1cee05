import { RequestError } from '../runtime/errors.js';
import { ResponseCode } from '../protocol/response-code.js';

/** One attribute that topics or groups may carry. */
export interface Attribute {
  readonly isChangeable: boolean;
  /** Why `value` cannot be taken; undefined when it can. */
  problemOf(value: string): string | undefined;
}

export type AttributeTable = ReadonlyMap<string, Attribute>;

/** One of a few words. RocketMQ: EnumAttribute */
export const oneOf = (isChangeable: boolean, words: readonly string[]): Attribute => ({
  isChangeable,
  problemOf: (value) => (words.includes(value) ? undefined : `value is not in set: {${words.join(', ')}}`),
});

/** A whole number from `min` to `max`. RocketMQ: LongRangeAttribute */
export const wholeNumber = (isChangeable: boolean, min: number, max: number): Attribute => ({
  isChangeable,
  problemOf: (value) => {
    const isWithin = /^-?\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max;
    return isWithin ? undefined : `value is not in range(${min}, ${max})`;
  },
});

const refuse = (problem: string): never => {
  throw new RequestError(ResponseCode.SYSTEM_ERROR, problem);
};

/**
 * The attributes after `wanted` is applied to `current`: `+name` adds or changes, `-name` takes away. `current` is undefined
 * for what is new.
 *
 * Throws  RequestError SYSTEM_ERROR, as RocketMQ does, for a name that is not in `known`, a value out of its set, or a change that is
 *         not allowed
 * Source  RocketMQ AttributeUtil#alterCurrentAttributes
 */
export function alterAttributes(
  known: AttributeTable,
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
    if (current === undefined && sign !== '+') refuse(`only add attribute is supported while creating. key: ${name}`);
    if (sign === '+') result.set(name, checkedValue(known, name, value, current !== undefined));
    else if (sign === '-') removeFrom(known, result, name);
    else refuse(`wrong format key: ${key}; write +name or -name`);
  }
  return result;
}

function checkedValue(known: AttributeTable, name: string, value: string, isUpdate: boolean): string {
  const attribute = known.get(name) ?? refuse(`unsupported key: ${name}`);
  if (isUpdate && !attribute.isChangeable) refuse(`attempt to update an unchangeable attribute. key: ${name}`);
  const problem = attribute.problemOf(value);
  if (problem !== undefined) refuse(`${name}: ${problem}`);
  return value;
}

function removeFrom(known: AttributeTable, result: Map<string, string>, name: string): void {
  if (!result.has(name)) refuse(`attempt to delete a nonexistent key: ${name}`);
  if (known.get(name)?.isChangeable === false) refuse(`attempt to update an unchangeable attribute. key: ${name}`);
  result.delete(name);
}
