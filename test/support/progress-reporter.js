/** Says how each test ended as soon as it has: a file of deploy tests runs for minutes, and jest would be silent. */
class ProgressReporter {
  onTestCaseResult(_file, { status, fullName, duration }) {
    if ((duration ?? 0) < 1000 && status !== 'failed') return;
    process.stderr.write(`${status === 'passed' ? '✓' : '✕'} ${fullName} (${Math.round((duration ?? 0) / 1000)} s)\n`);
  }
}

module.exports = ProgressReporter;
