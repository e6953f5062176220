"""Many documents: a folder through a pool of processes."""
