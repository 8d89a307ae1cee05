import { flag, int, type SliceOf, text } from '../key.js';
import { listeningKeys } from './listening.keys.js';

/** The name server: the whole of namesrv.conf. */
export const nameServerKeys = {
  host: listeningKeys.host,
  port: int('listenPort', 9876, 'The port for clients and brokers; 0 takes a free one.', {
    max: 65535,
    important: true,
  }),
  idleTimeoutMs: listeningKeys.idleTimeoutMs,
  maxFrameBytes: listeningKeys.maxFrameBytes,
  kvConfigPath: text('kvConfigPath', '', 'The file of KV settings; ~/namesrv/kvConfig.json when left out.', {
    important: true,
  }),
  scanEveryMs: int('scanNotActiveBrokerInterval', 5000, 'Milliseconds between two searches for silent brokers.', {
    min: 10,
    max: 600_000,
  }),
  orderMessageEnable: flag('orderMessageEnable', false, 'Whether routes tell the queues of ordered topics.', {
    live: true,
  }),
  returnOrderTopicConfigToBroker: flag(
    'returnOrderTopicConfigToBroker',
    true,
    'Whether brokers hear which topics are ordered when they register.',
    { live: true },
  ),
  supportActingMaster: flag(
    'supportActingMaster',
    false,
    'Whether a slave is shown as master while its master is away.',
    {
      live: true,
    },
  ),
  enableAllTopicList: flag('enableAllTopicList', true, 'Whether the list of all topics may be asked for.', {
    live: true,
  }),
  enableTopicList: flag('enableTopicList', true, 'Whether the lists of some topics may be asked for.', { live: true }),
  notifyMinBrokerIdChanged: flag(
    'notifyMinBrokerIdChanged',
    false,
    'Whether brokers hear that the smallest id changed.',
    {
      live: true,
    },
  ),
  deleteTopicWithBrokerRegistration: flag(
    'deleteTopicWithBrokerRegistration',
    false,
    'Whether topics missing from a broker’s registration are dropped from its routes.',
    { live: true },
  ),
  needWaitForService: flag('needWaitForService', false, 'Whether routes are refused right after the start.', {
    live: true,
  }),
  waitForServiceMs: int('waitSecondsForService', 45, 'Seconds for which they are refused.', {
    max: 3600,
    factor: 1000,
  }),
  configBlackList: text(
    'configBlackList',
    'configBlackList;configStorePath;kvConfigPath',
    'Keys that no tool may change, separated by semicolons.',
  ),
};

export type NameServerKeysConfig = SliceOf<typeof nameServerKeys>;
