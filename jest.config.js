/** Unit tests run anywhere; deploy and large tests need the engine and the clients that `npm test` sets up. */
const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
};

module.exports = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/deploy/', '<rootDir>/test/lint/', '<rootDir>/test/large/'],
    },
    { ...common, displayName: 'lint', testMatch: ['<rootDir>/test/lint/*.test.ts'] },
    {
      ...common,
      displayName: 'deploy',
      testMatch: ['<rootDir>/test/deploy/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/deploy/support/timeout.ts'],
    },
    {
      ...common,
      displayName: 'large',
      testMatch: ['<rootDir>/test/large/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/deploy/support/timeout.ts'],
    },
  ],
};
