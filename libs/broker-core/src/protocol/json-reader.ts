import type { JsonObject, JsonValue } from './json-value.js';

const WORD = /[A-Za-z0-9_$.+-]/;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[LlSsBbFfDd]?$/;
const escapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['0', '\0'],
]);

/** Reads the lenient dialect of fastjson, character by character; for texts that JSON.parse refuses. */
export class JsonReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
    private readonly problem: (sentence: string) => Error,
  ) {}

  read(): JsonValue {
    const value = this.value(0);
    this.skipBlanks();
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > this.maxDepth) throw this.problem('nests too deep');
    this.skipBlanks();
    const first = this.text[this.at];
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"' || first === "'") return this.string(first);
    return this.word();
  }

  private object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.at++;
    while (!this.takes('}')) {
      const name = this.key(depth);
      if (!this.takes(':')) throw this.unexpected();
      const value = this.value(depth + 1);
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, writable: true });
      else object[name] = value;
      if (!this.takes(',') && !this.isNext('}')) throw this.unexpected();
    }
    return object;
  }

  private array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.at++;
    while (!this.takes(']')) {
      items.push(this.value(depth + 1));
      if (!this.takes(',') && !this.isNext(']')) throw this.unexpected();
    }
    return items;
  }

  /** A key may be a string, a bare word or number, or a whole object or array: Java's maps have such keys. */
  private key(depth: number): string {
    this.skipBlanks();
    const first = this.text[this.at];
    if (first === '"' || first === "'") return this.string(first);
    if (first === '{' || first === '[') return JSON.stringify(this.value(depth + 1));
    return this.bareWord();
  }

  private string(quote: string): string {
    let value = '';
    let from = ++this.at;
    for (;;) {
      const unit = this.text[this.at];
      if (unit === undefined) throw this.problem('a string has no end');
      if (unit === quote) break;
      if (unit === '\\') {
        value += this.text.slice(from, this.at) + this.escape();
        from = this.at;
      } else this.at++;
    }
    value += this.text.slice(from, this.at++);
    return value;
  }

  /** Stands at a backslash, ends after the escape. */
  private escape(): string {
    const letter = this.text[this.at + 1] ?? '';
    const digits = letter === 'u' ? 4 : letter === 'x' ? 2 : 0;
    this.at += 2;
    if (digits === 0) return escapes.get(letter) ?? letter;
    const hex = this.text.slice(this.at, this.at + digits);
    if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) throw this.unexpected();
    this.at += digits;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private word(): JsonValue {
    const word = this.bareWord();
    if (word === 'null' || word === 'undefined' || word === 'NaN') return null;
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (!NUMBER.test(word)) throw this.unexpected();
    return Number(word.replace(/[LlSsBbFfDd]$/, ''));
  }

  private bareWord(): string {
    const from = this.at;
    while (this.at < this.text.length && WORD.test(this.text[this.at]!)) this.at++;
    if (this.at === from) throw this.unexpected();
    return this.text.slice(from, this.at);
  }

  private takes(mark: string): boolean {
    if (!this.isNext(mark)) return false;
    this.at++;
    return true;
  }

  private isNext(mark: string): boolean {
    this.skipBlanks();
    return this.text[this.at] === mark;
  }

  private skipBlanks(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit <= 0x20 || unit === 0xfeff) this.at++;
      else if (unit === 0x2f) this.skipComment();
      else return;
    }
  }

  private skipComment(): void {
    const isBlock = this.text[this.at + 1] === '*';
    if (!isBlock && this.text[this.at + 1] !== '/') throw this.unexpected();
    const end = this.text.indexOf(isBlock ? '*/' : '\n', this.at + 2);
    this.at = end < 0 ? this.text.length : end + (isBlock ? 2 : 1);
  }

  private unexpected(): Error {
    const found = this.text[this.at];
    const what = found === undefined ? 'its end' : JSON.stringify(found);
    return this.problem(`${what} at position ${this.at} was not expected`);
  }
}
