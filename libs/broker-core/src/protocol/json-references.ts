import type { JsonObject, JsonValue } from './json-value.js';

/**
 * Puts in the place of each `{"$ref":"…"}` what it points at: fastjson writes an object only once and points at it from
 * wherever else it occurs. `$` is the root, `$.name[0]` a path, `@` the object itself, `..` its parent. A pointer to
 * nowhere becomes null.
 */
export function resolveReferences(root: JsonValue): JsonValue {
  const ancestors: JsonValue[] = [];

  function visit(value: JsonValue): JsonValue {
    if (typeof value !== 'object' || value === null) return value;
    const path = Array.isArray(value) ? undefined : referenceOf(value);
    if (path !== undefined) return lookUp(path);
    ancestors.push(value);
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) value[index] = visit(value[index]!);
    } else {
      for (const name of Object.keys(value)) replace(value, name, visit(value[name]!));
    }
    ancestors.pop();
    return value;
  }

  function lookUp(path: string): JsonValue {
    if (path === '@') return ancestors.at(-1) ?? null;
    if (path === '..') return ancestors.at(-2) ?? null;
    return path.startsWith('$') ? follow(root, path) : null;
  }

  return visit(root);
}

function referenceOf(object: JsonObject): string | undefined {
  const path = Object.hasOwn(object, '$ref') ? object['$ref'] : undefined;
  return typeof path === 'string' ? path : undefined;
}

function replace(object: JsonObject, name: string, value: JsonValue): void {
  if (object[name] === value) return;
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}

/** One step of a path: `.name` (a backslash before an odd letter), `[3]`, `["name"]`. */
const STEP = /\.((?:\\.|[^.[\\])+)|\[(\d+)\]|\[(["'])(.*?)\3\]/g;

function follow(root: JsonValue, path: string): JsonValue {
  let value: JsonValue = root;
  for (const step of path.slice(1).matchAll(STEP)) {
    const name = step[1]?.replace(/\\(.)/g, '$1') ?? step[2] ?? step[4] ?? '';
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = Array.isArray(value) ? (value[Number(name)] ?? null) : (value[name] ?? null);
  }
  return value;
}
