"""`connector demo`: a project's life, from its first goals to its closeout, in a sandbox that a person can click through."""
