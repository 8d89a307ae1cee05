const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'es6' },
  },
];

/** What every project shares: TypeScript by swc, ESM, and our packages taken from their sources. */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: {
    '^rocketmq-broker-core$': '<rootDir>/libs/broker-core/src/index.ts',
    '^rocketmq-broker-core/client$': '<rootDir>/libs/broker-core/src/client/index.ts',
    '^rocketmq-nest$': '<rootDir>/libs/rocketmq-nest/src/index.ts',
    '^rocketmq-nest/testing$': '<rootDir>/libs/rocketmq-nest/src/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
};

export default {
  projects: [
    { ...shared, displayName: 'specs', testMatch: ['<rootDir>/{libs,apps}/*/src/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'whole',
      testMatch: ['<rootDir>/test/{scenarios,crash,docs,e2e,fixtures,hostile,packages}/**/*.spec.ts'],
    },
    { ...shared, displayName: 'simulation', testMatch: ['<rootDir>/test/simulation/**/*.spec.ts'] },
  ],
  // Ends what hangs. It is no measure of speed: a machine that does ten other things takes ten times as long.
  testTimeout: 120_000,
};
