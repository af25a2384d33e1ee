-- Where a mutation that is sent once more, to a server that came back from a backup, had its effect before.
ALTER TABLE outbox ADD COLUMN had_effect_at INTEGER;
