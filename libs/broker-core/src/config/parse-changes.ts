import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import { type Property, parseProperties } from './properties.js';

/**
 * What the body of a configuration request asks to be changed.
 *
 * Throws  RequestError INVALID_PARAMETER for a value with control characters: no setting means them, and a line end could
 *         smuggle further settings into the file that changes are kept in
 */
export function parseChanges(text: string): Property[] {
  const changes = parseProperties(text);
  const wrong = changes.find(({ value }) => /\p{Cc}/u.test(value));
  if (wrong === undefined) return changes;
  throw new RequestError(
    ResponseCode.INVALID_PARAMETER,
    `the value of ${JSON.stringify(wrong.name.slice(0, 100))} contains control characters: write it without`,
  );
}
