"""Gives a Bitbucket server its user directories and global permissions."""
