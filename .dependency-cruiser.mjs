/**
 * The floors of the house: which folder of broker-core may import which. Imports point down, never sideways.
 * docs/architecture.md draws this table.
 */
export const floors = {
  runtime: [],
  protocol: ['runtime'],
  remoting: ['protocol', 'runtime'],
  store: ['protocol', 'runtime'],
  namesrv: ['remoting', 'protocol', 'runtime'],
  client: ['remoting', 'protocol', 'runtime'],
  topics: ['protocol', 'runtime'],
  consumers: ['topics', 'store', 'remoting', 'protocol', 'runtime'],
  schedule: ['topics', 'store', 'protocol', 'runtime'],
  transactions: ['topics', 'store', 'protocol', 'runtime'],
  delivery: ['consumers', 'topics', 'store', 'remoting', 'protocol', 'runtime'],
  cluster: ['client', 'consumers', 'topics', 'store', 'remoting', 'protocol', 'runtime'],
  grpc: ['transactions', 'delivery', 'consumers', 'topics', 'store', 'protocol', 'runtime'],
  admin: [
    'cluster',
    'transactions',
    'schedule',
    'delivery',
    'consumers',
    'topics',
    'store',
    'remoting',
    'protocol',
    'runtime',
  ],
  config: [
    'cluster',
    'schedule',
    'delivery',
    'consumers',
    'topics',
    'store',
    'namesrv',
    'remoting',
    'protocol',
    'runtime',
  ],
};

const core = 'libs/broker-core/src';
const looksDown = Object.entries(floors).map(([folder, below]) => ({
  name: `${folder}-looks-down`,
  severity: 'error',
  from: { path: `^${core}/${folder}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: `^${core}/`, pathNot: `^${core}/(${[folder, ...below].join('|')})/` },
}));

export default {
  forbidden: [
    ...looksDown,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'node-only-at-the-edge',
      comment: 'node:* belongs to runtime/ and remoting/; pure codecs may use node:buffer, node:zlib and node:crypto',
      severity: 'error',
      from: { path: `^${core}/`, pathNot: `^${core}/(runtime|remoting)/|\\.spec\\.ts$` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|zlib|crypto)$' },
    },
    {
      name: 'no-nest-in-broker-core',
      severity: 'error',
      from: { path: `^${core}/` },
      to: { path: 'node_modules/@nestjs' },
    },
    {
      name: 'nest-enters-by-a-door',
      comment: 'rocketmq-nest uses the client door; only its embedded and testing parts use the front door',
      severity: 'error',
      from: { path: '^libs/rocketmq-nest/src/', pathNot: '(embedded|testing|\\.spec\\.ts)' },
      to: { path: `^${core}/`, pathNot: `^${core}/client/index\\.ts$` },
    },
    {
      name: 'broker-server-enters-by-the-front-door',
      severity: 'error',
      from: { path: '^apps/broker-server/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/(src|dist/esm)/index\\.(ts|d\\.ts|js)$' },
    },
    {
      name: 'demo-knows-only-rocketmq-nest',
      severity: 'error',
      from: { path: '^apps/demo/' },
      to: { path: '^libs/broker-core/' },
    },
    {
      name: 'libs-know-no-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    exclude: { path: '/dist/' },
    enhancedResolveOptions: {
      extensionAlias: { '.js': ['.ts', '.js'] },
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
