// Beside deploys on a small machine, seconds are not much.
jest.setTimeout(60_000);
