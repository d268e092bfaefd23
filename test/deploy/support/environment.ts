// Files of tests that run at the same time must not meet on the engine.
process.env.ENVIRONMENT = `${process.env.ENVIRONMENT ?? 'test'}-${process.env.JEST_WORKER_ID ?? '1'}`;
