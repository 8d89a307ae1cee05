/**
 * The languages that a ROCKETMQ header can name in its one byte; the position is the number.
 *
 * Source  RocketMQ 5.5.0 LanguageCode
 */
const languages = [
  'JAVA',
  'CPP',
  'DOTNET',
  'PYTHON',
  'DELPHI',
  'ERLANG',
  'RUBY',
  'OTHER',
  'HTTP',
  'GO',
  'PHP',
  'OMS',
  'RUST',
  'NODE_JS',
] as const;

const OTHER = 7;
const codes = new Map<string, number>(languages.map((name, code) => [name, code]));

/** The byte for a language; one that is not listed travels as OTHER. */
export function languageCodeOf(name: string): number {
  return codes.get(name) ?? OTHER;
}

/** The language for a byte; a number that Apache does not know reads as OTHER. */
export function languageOfCode(code: number): string {
  return languages[code] ?? 'OTHER';
}
