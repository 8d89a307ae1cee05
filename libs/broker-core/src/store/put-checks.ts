import type { CommitLog } from './commit-log.js';
import { type PutMessage, type PutResult, refusedPut } from './put-message.js';
import { couldLookTorn } from './scanned-record.js';
import { type StoreConfig, storeLimits } from './store-config.js';

/** Why the log cannot hold a message; undefined when it can. */
export function problemOfPut(message: PutMessage, config: StoreConfig, log: CommitLog): PutResult | undefined {
  const { body, propertiesString } = message;
  const { propertiesBytes } = storeLimits;
  // Three bytes are the most that one character takes: short strings need not be measured.
  if (propertiesString.length * 3 > propertiesBytes && Buffer.byteLength(propertiesString) > propertiesBytes)
    return refusedPut('PROPERTIES_SIZE_EXCEEDED', `properties are longer than ${propertiesBytes} bytes`);
  if (couldLookTorn(propertiesString)) return refusedPut('MESSAGE_ILLEGAL', 'properties end with a zero, or hold 512');
  if (body.length > config.maxMessageBytes || !log.fits(message))
    return refusedPut('MESSAGE_ILLEGAL', `the body has ${body.length} bytes and may have ${config.maxMessageBytes}`);
  return undefined;
}
