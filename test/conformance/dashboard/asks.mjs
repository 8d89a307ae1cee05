/**
 * How the dashboard is asked: one step is one request to one of its end points.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {'GET' | 'POST' | 'DELETE'} method
 * @property {string} path
 * @property {Record<string, unknown>} [query]
 * @property {unknown} [body]
 * @property {(answer: any) => boolean} [until]  asked again until this holds, a minute and a half at most
 *
 * @typedef {{ nameServerAddr: string, brokerAddr: string, sent: { msgId: string, offsetMsgId: string }[], dead: string[], began: number }} World
 */

/** @param {string} path @param {Record<string, unknown>} [query] @param {(answer: any) => boolean} [until] @returns {Step} */
export const get = (path, query, until) => ({
  name: label(path, query),
  method: 'GET',
  path,
  ...lean({ query, until }),
});

/** @param {string} path @param {unknown} body @param {(answer: any) => boolean} [until] @returns {Step} */
export const post = (path, body, until) => ({
  name: label(path, body),
  method: 'POST',
  path,
  body,
  ...lean({ until }),
});

/** @param {string} path @param {Record<string, unknown>} query @returns {Step} */
export const submit = (path, query) => ({ name: label(path, query), method: 'POST', path, query });

/** @param {string} path @param {Record<string, unknown>} query @returns {Step} */
export const remove = (path, query) => ({ name: label(path, query), method: 'DELETE', path, query });

/** What its pages ask about one topic. @param {string} topic @returns {Step[]} */
export const aboutTopic = (topic) => [
  get('topic/route.query', { topic }),
  get('topic/stats.query', { topic }),
  get('topic/examineTopicConfig.query', { topic }),
  get('topic/queryTopicConsumerInfo.query', { topic }),
  get('topic/queryConsumerByTopic.query', { topic }),
];

/** @template {object} T @param {T} fields */
const lean = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** @param {string} path @param {unknown} what */
const label = (path, what) => `${path} ${what === undefined ? '' : JSON.stringify(what)}`.trim().slice(0, 150);
