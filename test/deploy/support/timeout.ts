// A deploy, or a push of full size, takes minutes on a small machine.
jest.setTimeout(15 * 60_000);
