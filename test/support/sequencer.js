const Sequencer = require('@jest/test-sequencer').default;

/**
 * Deploys first, each by the same order every time: they take minutes, mostly of waiting, and what is quick fills the end.
 */
class DeploysFirst extends Sequencer {
  sort(tests) {
    const rank = ({ context, path }) => `${context.config.displayName?.name === 'deploy' ? 0 : 1} ${path}`;
    return [...tests].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  }
}

module.exports = DeploysFirst;
