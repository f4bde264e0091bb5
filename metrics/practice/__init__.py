"""An IRO's practice and what is looked at in it: supervision, dip samples, audits, their forms."""
