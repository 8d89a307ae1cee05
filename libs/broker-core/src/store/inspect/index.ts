export { type Dump, dumpRecord } from './dump-record.js';
export {
  type IndexFileReport,
  type InspectOptions,
  inspectStore,
  type QueueReport,
  type SegmentReport,
  type StoreReport,
} from './inspect-store.js';
export { type Finding, type VerifyOptions, type VerifyReport, verifyStore } from './verify-store.js';
