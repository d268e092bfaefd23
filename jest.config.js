/** Unit tests run anywhere; deploy and large tests need the engine and the clients that `npm test` sets up. */
const swc = ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }];
/** Is published as an ES module alone. */
const esModule = '/node_modules/github-slugger/.+\\.js$';
const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc, [esModule]: swc },
  transformIgnorePatterns: ['/node_modules/(?!github-slugger/)'],
  // As those who use the package write it.
  moduleNameMapper: {
    '^cdktf-git-topology$': '<rootDir>/constructs/index.ts',
    '^cdktf-git-topology/testing$': '<rootDir>/constructs/testing/index.ts',
  },
};

module.exports = {
  testSequencer: '<rootDir>/test/support/sequencer.js',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '<rootDir>/test/deploy/',
        '<rootDir>/test/lint/',
        '<rootDir>/test/large/',
        '<rootDir>/test/alone/',
      ],
      setupFilesAfterEnv: ['<rootDir>/test/support/timeout.ts'],
    },
    {
      ...common,
      displayName: 'lint',
      testMatch: ['<rootDir>/test/lint/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/deploy/support/timeout.ts'],
    },
    {
      ...common,
      displayName: 'deploy',
      testMatch: ['<rootDir>/test/deploy/*.test.ts'],
      setupFiles: ['<rootDir>/test/deploy/support/environment.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/deploy/support/timeout.ts'],
    },
    {
      ...common,
      displayName: 'alone',
      testMatch: ['<rootDir>/test/alone/*.test.ts'],
      setupFiles: ['<rootDir>/test/deploy/support/environment.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/deploy/support/timeout.ts'],
    },
    {
      ...common,
      displayName: 'large',
      testMatch: ['<rootDir>/test/large/*.test.ts'],
      setupFiles: ['<rootDir>/test/deploy/support/environment.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/deploy/support/timeout.ts'],
    },
  ],
};
