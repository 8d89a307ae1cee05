import { afterEach, beforeEach } from '@jest/globals';
import {
  makeTemporaryDirectory,
  type TemporaryDirectory,
} from '../../libs/broker-core/src/runtime/temporary-directory.js';

/**
 * An empty directory for every `it` of the calling block, removed behind it: in the order in which a file says `afterEach`,
 * so what uses the directory is to be stopped by one further up.
 */
export function useDirectory(): { readonly path: string } {
  let directory: TemporaryDirectory | undefined;
  beforeEach(() => {
    directory = makeTemporaryDirectory('rocketmq-spec-');
  });
  afterEach(() => directory?.remove());
  return {
    get path() {
      if (directory === undefined) throw new Error('the directory is not there before the specs of its block run');
      return directory.path;
    },
  };
}
