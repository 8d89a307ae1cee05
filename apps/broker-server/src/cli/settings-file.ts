import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  ConfigError,
  editProperties,
  type LiveSettings,
  type Logger,
  type Machine,
  NodeDisk,
  thisMachine,
} from 'rocketmq-broker-core';
import { UsageError } from './arguments.js';

/** The text of the file behind -c; nothing when there is none. */
export function readSettingsFile(path: string | undefined): string {
  if (path === undefined) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`the file ${path} cannot be read: ${error instanceof Error ? error.message : error}`]);
  }
}

/** The machine, and what its environment adds: NAMESRV_ADDR and ADVERTISED_HOST. */
export function surroundings(environment: NodeJS.ProcessEnv): Machine {
  const machine = thisMachine();
  const { NAMESRV_ADDR: nameServers, ADVERTISED_HOST: advertised } = environment;
  return { ...machine, localAddress: advertised || machine.localAddress, ...(nameServers ? { nameServers } : {}) };
}

/** `key=value` words behind the options: RocketMQ's scripts ignore them, many guides write them, and they are meant. */
export function overridesFrom(words: readonly string[]): Record<string, string> {
  const pairs = words.map((word): [string, string] => {
    const equals = word.indexOf('=');
    if (equals < 1) throw new UsageError(`${word} is neither an option nor key=value`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

/**
 * Writes what operators change while the broker runs into its file, so that it still holds after a restart; comments and
 * order of the file stay. RocketMQ: Configuration#persist, which writes all settings over the file.
 */
export function keepChanges(settings: LiveSettings, path: string | undefined, logger: Logger): void {
  settings.onChange((changes) => {
    const keys = [...changes.keys()];
    if (path === undefined) {
      logger.warn('settings changed until the next start: there is no file to keep them in', { keys });
      return;
    }
    try {
      replaceFile(path, editProperties(readFileSync(path, 'utf8'), changes));
      logger.info('settings kept', { keys, path });
    } catch (error) {
      logger.error('settings changed, but they cannot be kept', { keys, path, error });
    }
  });
}

/** A file that may hold secrets is read by those who could read it before, and by nobody else meanwhile. */
function replaceFile(path: string, text: string): void {
  const mode = statSync(path).mode & 0o7777;
  const next = `${path}.new`;
  rmSync(next, { force: true });
  writeFileSync(next, text, { flush: true, mode: 0o600, flag: 'wx' });
  chmodSync(next, mode);
  renameSync(next, path);
  new NodeDisk().syncDirectory(dirname(path));
}
