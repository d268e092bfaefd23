"""A small server that keeps to the documented rules of Bitbucket, for tests."""
