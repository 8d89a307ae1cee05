/**
 * Two dashboards' answers, field by field.
 *
 * @typedef {import('./run.mjs').Told} Told
 * @typedef {{ field: string, apache: unknown, ours: unknown }} Difference
 */

/** Fields that tell time, speed or chance: only what kind of value they hold is compared. */
const figures = [
  /([tT]ime([sS]tamp)?(Mills)?|Date|[tT]ps|TPS|RT|\.runtime|subVersion)$/,
  /\.(clientAddr|clientHost|bornHost(String)?|storeHost|jstack|requestId|messageListener|consumeTimestamp|traceDispatcher)$/,
  /\.(commitLogOffset|commitLogM(in|ax)Offset|offsetMsgId|msgId|taskId|transactionId|token)$/,
  /^cluster\/list.*\.(putMessage|getMessage|putLatency|msgPutTotal|dispatch|remainHowMany|scheduleMessageOffset_)\w*$/,
  /^cluster\/list.*\.(\w+HeadWaitTimeMills|\w+QueueSize|commitLogDirCapacity|\w+DiskRatio\S*)$/,
  /^topic\/stats.*TestTopic.*\.maxOffset$/,
];

/**
 * Differences that are meant: in which field, and what ours (or Apache's) says there.
 *
 * @type {{ why: string, field: RegExp, ours?: RegExp, apache?: RegExp }[]}
 */
const meant = [
  {
    why: 'transactions are refused',
    field: /^topic\/sendTopicMessage.*DashTRANSACTION/,
    ours: /^(undefined|null|-1)$|: send message Exception/,
  },
  { why: 'access control is refused', field: /^acl\/.*\.errMsg$/, ours: /CODE: 3 / },
  { why: 'there are no timer messages', field: /rmq_sys_wheel_timer/, ours: /^undefined$/ },
  { why: 'settings that only ours shows', field: /^cluster\/brokerConfig.*\.data\.\w+$/, apache: /^undefined$/ },
  {
    why: 'settings that Apache finds out for itself at its start',
    field: /^cluster\/brokerConfig.*\.data\.(bitMapLengthConsumeQueueExt|brokerIP2|rocketmqHome)$/,
  },
];

/** @param {string} text */
const anonymous = (text) =>
  text
    .replace(/\b[0-9A-F]{32}\b/g, 'ID')
    .replace(/\b1\d{12}\b/g, 'TIME')
    .replace(/@[0-9a-f]{5,8}\b|\$\$Lambda\S*/g, 'OBJECT')
    .replace(/\/[\w/.-]*rocketmq-(apache|ours)-\w+/g, 'DIRECTORY')
    // What follows a code is a sentence of the server's own.
    .replace(/(CODE: \d+ {2}DESC: )[\s\S]*/, '$1…');

/** The leaves of an answer, each under its path. @param {unknown} value @param {string} path @param {Map<string, unknown>} found */
function flatten(value, path, found = new Map()) {
  if (figures.some((figure) => figure.test(path))) found.set(path, value === null ? 'null' : typeof value);
  else if (value !== null && typeof value === 'object') {
    const entries = Array.isArray(value) ? listed(value) : Object.entries(value);
    if (entries.length === 0) found.set(path, Array.isArray(value) ? '[]' : '{}');
    for (const [key, one] of entries) flatten(one, `${path}.${anonymous(key)}`, found);
  } else found.set(path, typeof value === 'string' ? anonymous(value) : value);
  return found;
}

/** Order is no part of any answer: texts go by themselves, objects by what they say. @param {unknown[]} list @returns {[string, unknown][]} */
function listed(list) {
  if (list.every((one) => typeof one === 'string')) return list.map((one) => [figuresOf(String(one)), 'here']);
  const said = list.map((one) => /** @type {const} */ ([JSON.stringify([...flatten(one, '')].sort()), one]));
  return said.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one], index) => [String(index), one]);
}

/** Lines of the dashboard's charts, "time,rate,count" and "topic,count": what stands where. @param {string} text */
const figuresOf = (text) =>
  anonymous(text)
    .replace(/\d+\.\d{5}/g, 'RATE')
    .replace(/,\d+(?=,|$)/g, ',COUNT');

/** Points of its charts come every minute: all but the last are earlier views of the same. @param {Told} told */
function lastPoints({ path, answer }) {
  if (!/^dashboard\/(topic|broker)\.query/.test(path)) return answer;
  const last = (/** @type {unknown} */ points) => (Array.isArray(points) ? points.slice(-1) : points);
  const data = Array.isArray(answer.data)
    ? last(answer.data)
    : Object.fromEntries(Object.entries(answer.data ?? {}).map(([key, points]) => [key, last(points)]));
  return { ...answer, data };
}

/** @param {Told} apache @param {Told} ours @returns {Difference[]} */
function differencesOf(apache, ours) {
  const [left, right] = [apache, ours].map((told) => {
    const { status, type } = told;
    return flatten({ status, type, answer: lastPoints(told) }, anonymous(apache.name));
  });
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((field) => left.get(field) !== right.get(field))
    .map((field) => ({ field, apache: left.get(field), ours: right.get(field) }));
}

/** @param {Told[]} apache @param {Told[]} ours */
export function compare(apache, ours) {
  const counts = new Map(meant.map(({ why }) => [why, 0]));
  const isMeant = (/** @type {Difference} */ difference) => {
    const fits = (/** @type {'ours' | 'apache'} */ side, /** @type {RegExp | undefined} */ said) =>
      said === undefined || said.test(String(difference[side]));
    const why = meant.find(
      ({ field, ours, apache }) => field.test(difference.field) && fits('ours', ours) && fits('apache', apache),
    )?.why;
    if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1);
    return why !== undefined;
  };
  const failed = apache.flatMap((told, index) => {
    const differences = differencesOf(told, /** @type {Told} */ (ours[index])).filter((one) => !isMeant(one));
    const isAnswered = told.status > 0;
    return differences.length === 0 && isAnswered ? [] : [{ name: anonymous(told.name), differences }];
  });
  const endPoints = new Set(apache.map(({ path }) => path)).size;
  return { endPoints, failed, meant: counts, passed: apache.length - failed.length };
}
