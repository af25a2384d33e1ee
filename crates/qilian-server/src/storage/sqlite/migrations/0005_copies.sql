-- A copy of a laptop, a cloned disk or a restored home, becomes a device of its own.
ALTER TABLE device ADD COLUMN copy_of TEXT;
